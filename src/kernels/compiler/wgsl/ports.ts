import { type Linear, linearText } from './digits.ts';
import { REGION_ALIGN, type Region } from './regions.ts';
import type { Scope } from './scope.ts';

/** Index of a buffer: the schedule's, followed by the generator's own. */
export type RegionId = number;

/** How a dispatch uses one region. */
interface Use {
  readonly name: string;
  isWritten: boolean;
  /** Some access reads or writes 4 aligned elements at once. */
  hasVectors: boolean;
  /** Some write is not of 4 aligned elements: elements of a vec4 must not be written one by one, threads would race. */
  hasScalarWrites: boolean;
  /** No access lies below this element. */
  first: number;
}

/** One storage binding of a dispatch; its index is its place in the list. */
export interface Binding {
  readonly region: RegionId;
  readonly name: string;
  readonly isWritten: boolean;
  readonly isVector: boolean;
  /** Element of the region that element 0 of the binding is; a multiple of REGION_ALIGN. */
  readonly first: number;
}

/**
 * The buffers of one dispatch as its WGSL text sees them. The text is written twice: first to find out how it uses every buffer, then with
 * what was decided. It names buffers in the order of their first use and holds no place in memory, so that equal kernels are equal texts.
 */
export class Ports {
  readonly #regions: (id: RegionId) => Region;
  readonly #decided: ReadonlyMap<RegionId, Binding> | null;
  readonly #uses = new Map<RegionId, Use>();

  constructor(regions: (id: RegionId) => Region, decided: readonly Binding[] | null = null) {
    this.#regions = regions;
    this.#decided = decided === null ? null : new Map(decided.map((binding) => [binding.region, binding]));
  }

  /** What the text uses: all of its bindings. */
  bindings(): Binding[] {
    return [...this.#uses].map(([region, { name, isWritten, hasVectors, hasScalarWrites, first }]) => ({
      region,
      name,
      isWritten,
      isVector: hasVectors && !hasScalarWrites,
      first: alignDown(Math.max(first, 0)),
    }));
  }

  dtype(id: RegionId): 'float32' | 'int32' {
    return this.#regions(id).dtype;
  }

  /** Where the run's first element is, as the start of a linear form. */
  start(id: RegionId, root: Scope): Linear {
    const { runStride } = this.#regions(id);
    const binding = this.#decided?.get(id);
    return {
      base: runStride === 0 ? null : root.let(`i32(run) * ${runStride}`),
      scope: root,
      plus: binding === undefined ? 0 : -binding.first,
    };
  }

  /** Whether 4 elements at a multiple of 4 within every run are 4 elements at a multiple of 4 of the region. */
  keepsAlignment(id: RegionId): boolean {
    const { runStride, size } = this.#regions(id);
    return runStride % 4 === 0 && size % 4 === 0;
  }

  /** Text that reads one element. */
  read(id: RegionId, at: Linear, lowest: number): string {
    return this.#element(id, this.#use(id, lowest), at);
  }

  /** Text that reads 4 elements, `step` apart. `isAligned`: side by side at a multiple of 4. */
  readVector(id: RegionId, at: Linear, lowest: number, step: number, isAligned: boolean): string {
    const use = this.#use(id, lowest);
    if (isAligned) {
      use.hasVectors = true;
      if (this.#isVector(id)) return `${use.name}[${shifted(at)}]`;
    }
    const parts = [0, 1, 2, 3].map((lane) => this.#element(id, use, { ...at, plus: at.plus + lane * step }));
    return `${this.dtype(id) === 'int32' ? 'vec4i' : 'vec4f'}(${parts.join(', ')})`;
  }

  write(id: RegionId, at: Linear, lowest: number, value: string): string {
    const use = this.#use(id, lowest);
    use.isWritten = true;
    use.hasScalarWrites = true;
    return `${use.name}[${linearText(at)}] = ${value};`;
  }

  /** Statements that write the 4 components of the variable `value`. */
  writeVector(id: RegionId, at: Linear, lowest: number, step: number, isAligned: boolean, value: string): string[] {
    if (!isAligned) {
      return ['x', 'y', 'z', 'w'].map((component, lane) =>
        this.write(id, { ...at, plus: at.plus + lane * step }, lowest, `${value}.${component}`),
      );
    }
    const use = this.#use(id, lowest);
    use.isWritten = true;
    use.hasVectors = true;
    if (this.#isVector(id)) return [`${use.name}[${shifted(at)}] = ${value};`];
    return ['x', 'y', 'z', 'w'].map(
      (component, lane) => `${use.name}[${linearText({ ...at, plus: at.plus + lane })}] = ${value}.${component};`,
    );
  }

  #use(id: RegionId, lowest: number): Use {
    const known = this.#uses.get(id);
    if (known) {
      known.first = Math.min(known.first, lowest);
      return known;
    }
    const use = {
      name: `b${this.#uses.size}`,
      isWritten: false,
      hasVectors: false,
      hasScalarWrites: false,
      first: lowest,
    };
    this.#uses.set(id, use);
    return use;
  }

  #isVector(id: RegionId): boolean {
    return this.#decided?.get(id)?.isVector ?? true;
  }

  #element(id: RegionId, { name }: Use, at: Linear): string {
    const text = linearText(at);
    if (!(this.#decided?.get(id)?.isVector ?? false)) return `${name}[${text}]`;
    if (at.base === null) return `${name}[${Math.floor(at.plus / 4)}][${((at.plus % 4) + 4) % 4}]`;
    return `${name}[(${text}) >> 2u][(${text}) & 3]`;
  }
}

const alignDown = (element: number): number => Math.floor(element / REGION_ALIGN) * REGION_ALIGN;

/** Index of a vec4. */
function shifted(at: Linear): string {
  if (at.base === null) return `${Math.floor(at.plus / 4)}`;
  return `(${linearText(at)}) >> 2u`;
}
