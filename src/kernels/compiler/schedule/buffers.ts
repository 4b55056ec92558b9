import type { Dtype, Owner } from '../graph.ts';
import type { IndexMap } from '../index-map.ts';
import type { BufferId, ScheduleBuffer } from '../schedule.ts';

/** Where a value is stored: element i of the value is element `sourceIndex(map, i)` of the buffer. */
export interface Location {
  readonly buffer: BufferId;
  readonly map: IndexMap;
}

type Planned =
  | { readonly kind: 'external'; readonly name: string; readonly owner: Owner }
  | { readonly kind: 'constant'; readonly values: Float64Array }
  | { readonly kind: 'arena'; tenants: number };

export interface PlannedBuffer {
  readonly size: number;
  readonly dtype: ScheduleBuffer['dtype'];
  readonly storage: Planned;
}

const storedDtype = (dtype: Dtype): ScheduleBuffer['dtype'] => (dtype === 'int32' ? 'int32' : 'float32');

/** The buffers of a schedule while it is planned; some turn out not to be needed. */
export class Buffers {
  readonly #buffers: PlannedBuffer[] = [];
  readonly #externals = new Map<string, BufferId>();
  readonly #constants = new Map<string, BufferId>();

  get(id: BufferId): PlannedBuffer {
    return this.#buffers[id] as PlannedBuffer;
  }

  external(name: string, size: number, dtype: Dtype, owner: Owner): BufferId {
    const known = this.#externals.get(name);
    if (known !== undefined) {
      const { size: has, dtype: is } = this.get(known);
      if (has !== size || is !== storedDtype(dtype))
        throw new Error(`"${name}" is ${has} elements of ${is} in one place and ${size} of ${storedDtype(dtype)} in another`);
      return known;
    }
    const id = this.#add(size, dtype, { kind: 'external', name, owner });
    this.#externals.set(name, id);
    return id;
  }

  constant(values: Float64Array, dtype: Dtype): BufferId {
    const key = `${dtype}:${values.join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const id = this.#add(values.length, dtype, { kind: 'constant', values });
    this.#constants.set(key, id);
    return id;
  }

  arena(size: number, dtype: Dtype): BufferId {
    return this.#add(size, dtype, { kind: 'arena', tenants: 1 });
  }

  /** Notes that a buffer of the arena holds another value before its own. */
  lend(id: BufferId): void {
    const { storage } = this.get(id);
    if (storage.kind === 'arena') storage.tenants++;
  }

  #add(size: number, dtype: Dtype, storage: Planned): BufferId {
    this.#buffers.push({ size, dtype: storedDtype(dtype), storage });
    return this.#buffers.length - 1;
  }
}
