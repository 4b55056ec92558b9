import { type Linear, linearText } from './digits.ts';
import { isOwn, REGION_ALIGN, type Region } from './regions.ts';
import type { Scope } from './scope.ts';

/** Index of a buffer: the schedule's, followed by the generator's own. */
export type RegionId = number;

/** How a dispatch uses one region, or a memory as a whole. */
interface Use {
  readonly name: string;
  readonly regions: RegionId[];
  isWritten: boolean;
  /** Some access reads or writes 4 aligned elements at once. */
  hasVectors: boolean;
  /** Some write is not of 4 aligned elements: elements of a vec4 must not be written one by one, threads would race. */
  hasScalarWrites: boolean;
  /** No access lies below this element; where all guards fail, it may lie beyond the region. */
  first: number;
}

/** One storage binding of a dispatch; its index is its place in the list. */
export interface Binding {
  /** One region, or all regions of a memory that the dispatch uses. */
  readonly regions: readonly RegionId[];
  /** The memory is bound as a whole: words of 32 bits, and where the regions start is data (`PLACES`). */
  readonly isWhole: boolean;
  readonly name: string;
  readonly isWritten: boolean;
  readonly isVector: boolean;
  /** Element of the region that element 0 of the binding is; a multiple of REGION_ALIGN. */
  readonly first: number;
  /** Elements from `first` that are data (`PLACES`), a multiple of 4: kernels that read other parts of a buffer are equal texts. */
  readonly rest: number;
}

/** Uniform array of vec4i, one per region: where it lies. The text does not know, so that a kernel on other buffers is an equal text. */
export const PLACES = 'places';

/** An entry of `PLACES`: x, the element of the binding at which run 0 starts, and y, elements from run to run. */
export interface DataPlace {
  readonly region: RegionId;
  readonly isWhole: boolean;
  /** Elements from the start of the binding, where that is not a whole memory. */
  readonly rest: number;
}

export interface PortsOptions {
  /** The program's own memories are one binding each, for kernels with more buffers than the device binds. */
  readonly isWhole: boolean;
  /** What an earlier writing of the text has shown. */
  readonly decided?: readonly Binding[];
}

/**
 * The buffers of one dispatch as its WGSL text sees them. The text is written twice: first to find out how it uses every buffer, then with
 * what was decided. It names buffers in the order of their first use and holds no place in memory, so that equal kernels are equal texts.
 */
export class Ports {
  readonly #regions: (id: RegionId) => Region;
  readonly #isWhole: boolean;
  readonly #decided: ReadonlyMap<RegionId, Binding> | null;
  readonly #uses = new Map<RegionId | string, Use>();

  readonly #places: RegionId[] = [];

  constructor(regions: (id: RegionId) => Region, { isWhole, decided }: PortsOptions) {
    this.#regions = regions;
    this.#isWhole = isWhole;
    this.#decided =
      decided === undefined ? null : new Map(decided.flatMap((binding) => binding.regions.map((region) => [region, binding] as const)));
  }

  /** What the text uses: all of its bindings. */
  bindings(): Binding[] {
    return [...this.#uses].map(([key, { name, regions, isWritten, hasVectors, hasScalarWrites, first }]) => {
      const lowest = typeof key === 'string' ? 0 : Math.max(0, Math.min(first, this.#regions(key).size - 1));
      const aligned = alignDown(lowest, REGION_ALIGN);
      return {
        regions,
        isWhole: typeof key === 'string',
        name,
        isWritten,
        isVector: hasVectors && !hasScalarWrites,
        first: aligned,
        rest: alignDown(lowest, 4) - aligned,
      };
    });
  }

  /** What the text uses of `PLACES`. */
  get places(): readonly DataPlace[] {
    return this.#places.map((region) => ({ region, isWhole: this.#isInWhole(region), rest: this.#decided?.get(region)?.rest ?? 0 }));
  }

  dtype(id: RegionId): 'float32' | 'int32' {
    return this.#regions(id).dtype;
  }

  /** Where the run's first element is, as the start of a linear form. */
  start(id: RegionId, root: Scope): Linear {
    const binding = this.#decided?.get(id);
    const isWhole = this.#isInWhole(id);
    if (isWhole) this.#use(id, 0);
    const start = isWhole || binding === undefined ? 0 : -binding.first - binding.rest;
    const place = this.#placeText(id);
    return { base: root.let(`${place}.x + i32(run) * ${place}.y`), scope: root, plus: start + 0 };
  }

  /** Whether 4 elements at a multiple of 4 within every run are 4 elements at a multiple of 4 of the region. */
  keepsAlignment(id: RegionId): boolean {
    const { runStride, size } = this.#regions(id);
    return runStride % 4 === 0 && size % 4 === 0;
  }

  /** Text that reads one element. */
  read(id: RegionId, at: Linear, lowest: number): string {
    return this.#read(id, this.#use(id, lowest), at);
  }

  /** Text that reads 4 elements, `step` apart. `isAligned`: side by side at a multiple of 4. */
  readVector(id: RegionId, at: Linear, lowest: number, step: number, isAligned: boolean): string {
    const use = this.#use(id, lowest);
    const type = this.dtype(id) === 'int32' ? 'vec4i' : 'vec4f';
    if (isAligned) {
      use.hasVectors = true;
      if (this.#isVector(id)) {
        const text = `${use.name}[${quarter(at)}]`;
        return this.#isInWhole(id) ? `bitcast<${type}>(${text})` : text;
      }
    }
    return `${type}(${[0, 1, 2, 3].map((lane) => this.#read(id, use, moved(at, lane * step))).join(', ')})`;
  }

  /** Statement that writes one element. */
  write(id: RegionId, at: Linear, lowest: number, value: string): string {
    const use = this.#use(id, lowest);
    use.isWritten = true;
    use.hasScalarWrites = true;
    return `${use.name}[${linearText(at)}] = ${this.#isInWhole(id) ? `bitcast<u32>(${value})` : value};`;
  }

  /** Statements that write the 4 components of the variable `value`, `step` apart. */
  writeVector(id: RegionId, at: Linear, lowest: number, step: number, isAligned: boolean, value: string): string[] {
    const use = this.#use(id, lowest);
    use.isWritten = true;
    if (isAligned) use.hasVectors = true;
    else use.hasScalarWrites = true;
    if (isAligned && this.#isVector(id)) {
      return [`${use.name}[${quarter(at)}] = ${this.#isInWhole(id) ? `bitcast<vec4u>(${value})` : value};`];
    }
    return ['x', 'y', 'z', 'w'].map((component, lane) => {
      const element = `${value}.${component}`;
      return `${use.name}[${linearText(moved(at, lane * step))}] = ${this.#isInWhole(id) ? `bitcast<u32>(${element})` : element};`;
    });
  }

  #use(id: RegionId, lowest: number): Use {
    const key = this.#isInWhole(id) ? this.#regions(id).memory : id;
    const known = this.#uses.get(key);
    if (known) {
      known.first = Math.min(known.first, lowest);
      if (!known.regions.includes(id)) known.regions.push(id);
      return known;
    }
    const use: Use = {
      name: `b${this.#uses.size}`,
      regions: [id],
      isWritten: false,
      hasVectors: false,
      hasScalarWrites: false,
      first: lowest,
    };
    this.#uses.set(key, use);
    return use;
  }

  #placeText(id: RegionId): string {
    if (!this.#places.includes(id)) this.#places.push(id);
    return `${PLACES}[${this.#places.indexOf(id)}]`;
  }

  #isInWhole(id: RegionId): boolean {
    return this.#isWhole && isOwn(this.#regions(id));
  }

  #isVector(id: RegionId): boolean {
    return this.#decided?.get(id)?.isVector ?? true;
  }

  #read(id: RegionId, { name }: Use, at: Linear): string {
    const text = this.#decided?.get(id)?.isVector ? `${name}[${quarter(at)}]${component(at)}` : `${name}[${index(at)}]`;
    if (!this.#isInWhole(id)) return text;
    return `bitcast<${this.dtype(id) === 'int32' ? 'i32' : 'f32'}>(${text})`;
  }
}

const alignDown = (element: number, align: number): number => Math.floor(element / align) * align;

/** What guards keep from being used may lie anywhere; but a constant index must not be negative. */
const moved = (at: Linear, by: number): Linear => ({ ...at, plus: at.base === null ? Math.max(at.plus + by, 0) : at.plus + by });

const index = (at: Linear): string => linearText(moved(at, 0));
/** Index of the vec4 that holds an element, and which component of it that is. */
const quarter = (at: Linear): string => (at.base === null ? `${moved(at, 0).plus >> 2}` : `(${linearText(at)}) >> 2u`);
const component = (at: Linear): string => (at.base === null ? `[${moved(at, 0).plus & 3}]` : `[(${linearText(at)}) & 3]`);
