import type { Algebra } from '../algebra.ts';
import { hyperNumbers, type RowSpec } from '../optimizer-runner.ts';
import type { OptionValue, StepInput } from '../step-program.ts';

/** What one pass over the parameters of a run must move: names of (n) vectors, 'x' and 'g' besides the slots. */
export interface PassTraffic {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/**
 * The least that an optimizer's step must move through memory, from its mathematics alone. A sum over the parameters ends a pass: what
 * depends on it can only be computed when every element has been seen. Slots written in an earlier pass are read again by a later one.
 * Parameters are written in the last pass, because only then is it known whether there is a step; a slot whose old values they need, with
 * them.
 */
export interface StepTraffic {
  readonly passes: readonly PassTraffic[];
  /** Vectors of float32 moved, over all passes. */
  readonly vectors: number;
  readonly bytesPerParameter: number;
}

const FLOAT = 4;
/** Where the tables are looked up: past the first step, which some methods treat apart. */
const LATER_STEP = 10;

/** A value of the traced step: a vector (n), or a per-run number, which the host may know. */
class Traced implements Algebra<Traced> {
  constructor(
    readonly isVector: boolean,
    /** Passes that must be over before it can be computed. */
    readonly pass: number,
    readonly inputs: readonly Traced[],
    readonly known: number | null = null,
    /** 'x', 'g' or a slot: the vector as it was before the step. */
    readonly leaf: string | null = null,
  ) {}

  static number(value: number): Traced {
    return new Traced(false, 0, [], value);
  }

  static of(inputs: readonly Traced[]): Traced {
    return new Traced(
      inputs.some(({ isVector }) => isVector),
      Math.max(...inputs.map(({ pass }) => pass)),
      inputs,
    );
  }

  #map(other: Traced | number, f: (a: number, b: number) => number): Traced {
    const right = typeof other === 'number' ? Traced.number(other) : other;
    if (this.known !== null && right.known !== null) return Traced.number(f(this.known, right.known));
    return Traced.of([this, right]);
  }

  add(other: Traced | number): Traced {
    return this.#map(other, (a, b) => a + b);
  }
  sub(other: Traced | number): Traced {
    return this.#map(other, (a, b) => a - b);
  }
  mul(other: Traced | number): Traced {
    return this.#map(other, (a, b) => a * b);
  }
  div(other: Traced | number): Traced {
    return this.#map(other, (a, b) => a / b);
  }
  pow(exponent: Traced | number): Traced {
    return this.#map(exponent, (a, b) => a ** b);
  }
  maximum(other: Traced | number): Traced {
    return this.#map(other, Math.max);
  }
  minimum(other: Traced | number): Traced {
    return this.#map(other, Math.min);
  }
  greater(other: Traced | number): Traced {
    return this.#map(other, (a, b) => Number(a > b));
  }
  equal(other: Traced | number): Traced {
    return this.#map(other, (a, b) => Number(a === b));
  }
  neg(): Traced {
    return this.mul(-1);
  }
  abs(): Traced {
    return this.#map(0, Math.abs);
  }
  sqrt(): Traced {
    return this.#map(0, Math.sqrt);
  }
  square(): Traced {
    return this.mul(this);
  }
  sign(): Traced {
    return this.#map(0, Math.sign);
  }
  logicalAnd(other: Traced): Traced {
    return this.#map(other, (a, b) => Number(a !== 0 && b !== 0));
  }
  logicalNot(): Traced {
    return this.equal(0);
  }
  where(condition: Traced, otherwise: Traced): Traced {
    if (this === otherwise) return this;
    if (condition.known !== null) return condition.known === 0 ? otherwise : this;
    return Traced.of([condition, this, otherwise]);
  }
  sum(): Traced {
    return Traced.of([this]);
  }
}

/** The vectors that a pass reads to compute `roots`. Where a value has been `written`, the slot that holds it, or none where that is null. */
function readsOf(roots: readonly Traced[], written: ReadonlyMap<Traced, string | null>): readonly string[] {
  const seen = new Set<Traced>();
  const reads = new Set<string>();
  const visit = (value: Traced): void => {
    if (!value.isVector || seen.has(value)) return;
    seen.add(value);
    const isWritten = written.has(value);
    const name = isWritten ? written.get(value) : value.leaf;
    if (name) reads.add(name);
    else if (!isWritten) for (const input of value.inputs) visit(input);
  };
  for (const root of roots) visit(root);
  return [...reads];
}

/** Traces one step of a row, past its first one, with the row's own hyperparameters: what they switch off is not read. */
export function stepTraffic(row: Pick<RowSpec, 'program' | 'hyper'>): StepTraffic {
  const { program, hyper } = row;
  const full: RowSpec = { ...row, mult: new Float64Array([1]), horizonSteps: 1 };
  const leaf = (name: string): Traced => new Traced(true, 0, [], null, name);
  const numbers = (table: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(table).map(([name, value]) => [name, Traced.number(value)]));
  const unknown = (): Traced => new Traced(false, 0, []);
  const summed: Traced[] = [];
  const slots = Object.fromEntries(Object.keys(program.slots).map((name) => [name, leaf(name)]));
  const x = leaf('x');
  const input: StepInput<Traced> = {
    x,
    g: leaf('g'),
    loss: unknown(),
    L: Traced.number(typeof hyper.lr === 'number' ? hyper.lr : 1),
    mult: Traced.number(1),
    hyper: Object.fromEntries(
      program.rowHyper.map((name) => {
        const values = hyperNumbers(full, name);
        return [name, values.length === 1 ? Traced.number(values[0] as number) : unknown()];
      }),
    ),
    derived: numbers(program.derived?.(hyper) ?? {}),
    table: numbers(program.table?.(hyper, LATER_STEP) ?? {}),
    slots,
    scalars: Object.fromEntries(Object.keys(program.scalars).map((name) => [name, unknown()])),
    option: Object.fromEntries(program.blockHyper.map((name) => [name, hyper[name] as OptionValue])),
    sum: (v) => {
      summed.push(v);
      return new Traced(false, v.pass + 1, [v]);
    },
    spread: (v) => v,
    everyNth: (v) => Traced.of([v]),
    constant: (value) => Traced.number(value),
  };
  const output = program.step<Traced>(input);
  const changed = [['x', output.x, x] as const, ...Object.entries(slots).map(([name, old]) => [name, output.slots[name], old] as const)]
    .filter(([, value, old]) => value !== old)
    .map(([name, value]) => ({ name, value: value as Traced }));
  const last = Math.max(...changed.map(({ value }) => value.pass), ...summed.map(({ pass }) => pass + 1));
  // What parameters need besides the slots as this step leaves them.
  const oldForX = readsOf([output.x], new Map(changed.filter(({ name }) => name !== 'x').map(({ value }) => [value, null])));
  const passOf = ({ name, value }: { readonly name: string; readonly value: Traced }) =>
    name === 'x' || oldForX.includes(name) ? last : value.pass;
  const passes = Array.from({ length: last + 1 }, (_, pass): PassTraffic => {
    const written = new Map(changed.filter((entry) => passOf(entry) < pass).map(({ name, value }) => [value, name]));
    const outputs = changed.filter((entry) => passOf(entry) === pass);
    const roots = [...summed.filter((value) => value.pass === pass), ...outputs.map(({ value }) => value)];
    return { reads: readsOf(roots, written), writes: outputs.map(({ name }) => name) };
  });
  const vectors = passes.reduce((total, { reads, writes }) => total + reads.length + writes.length, 0);
  return { passes, vectors, bytesPerParameter: vectors * FLOAT };
}
