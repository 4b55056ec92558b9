import type { Dtype, ReduceFn } from '../graph.ts';
import { sizeOf } from '../index-map.ts';
import type { BufferId, Expr, LoopsKernel, Pass } from '../schedule.ts';
import type { ClassChoices } from './adapter-class.ts';
import { DelayedStores } from './delayed-stores.ts';
import { type Digit, largestDivisor, offsetDigits, type Point, splitIndex } from './digits.ts';
import { Evaluator, type Place, type Surroundings, splat, type Value } from './evaluator.ts';
import { type KernelBody, pointsBody, QUAD, SHARED } from './kernel-body.ts';
import { literal, typeName } from './literals.ts';
import { isUnrolled, type Mapping, mappingOf, UNROLLED, unitOf, unitsOf } from './loops-mapping.ts';
import type { Ports } from './ports.ts';
import { acrossQuad, combined } from './quad-reduction.ts';
import type { Scope } from './scope.ts';

/** @param isLocal whether no other kernel reads the buffer */
export function loopsBody(kernel: LoopsKernel, choices: ClassChoices, isLocal: (buffer: BufferId) => boolean): KernelBody {
  const mapping = mappingOf(kernel, choices);
  const points = sizeOf(unitsOf(kernel.extents, mapping));
  const { label } = kernel;
  const write = (root: Scope, ports: Ports, t: string, lane: string): void =>
    new LoopsWriter(kernel, mapping, choices, root, ports, { lane, isLocal }).write(t);
  switch (mapping.sharers) {
    case 'none':
      return pointsBody(label, points, choices, (root, ports, thread) => write(root, ports, thread, '0'));
    case 'quad':
      return pointsBody(label, QUAD * points, choices, (root, ports, thread) =>
        write(root, ports, root.let(`${thread} >> 2u`), root.let(`${thread} & 3`)),
      );
    case 'workgroup':
      return {
        label,
        workgroup: choices.workgroup,
        workgroups: points,
        write: (root, ports) => write(root, ports, root.let('i32(group)'), 'i32(lane)'),
      };
    default:
      return mapping.sharers satisfies never;
  }
}

/** What a writer is told about its thread and its kernel. */
interface Circumstances {
  /** Number of the thread among those that share an outer point, i32. */
  readonly lane: string;
  readonly isLocal: (buffer: BufferId) => boolean;
}

class LoopsWriter {
  readonly #kernel: LoopsKernel;
  readonly #mapping: Mapping;
  readonly #choices: ClassChoices;
  readonly #root: Scope;
  readonly #ports: Ports;
  readonly #lane: string;
  readonly #reduced: Value[] = [];
  readonly #around: Surroundings;
  /** Where the text has no loops, values need not go through memory from pass to pass. */
  readonly #stores: DelayedStores | null;

  constructor(kernel: LoopsKernel, mapping: Mapping, choices: ClassChoices, root: Scope, ports: Ports, { lane, isLocal }: Circumstances) {
    this.#kernel = kernel;
    this.#mapping = mapping;
    this.#choices = choices;
    this.#root = root;
    this.#ports = ports;
    this.#lane = lane;
    const stores = kernel.passes.flatMap((pass) => [...pass.stores, ...pass.outerStores]);
    this.#around = { written: new Set(stores.map(({ buffer }) => buffer)), reduced: this.#reduced, accumulator: null };
    const isStraight = kernel.passes.length > 1 && mapping.sharers === 'none' && mapping.repeated === null && isUnrolled(kernel, mapping);
    this.#stores = isStraight ? new DelayedStores(isLocal) : null;
  }

  /** @param t number of the outer point, or of 4 of them or several, i32 */
  write(t: string): void {
    const digits = splitIndex(this.#root, t, unitsOf(this.#kernel.extents, this.#mapping)).map((digit, d) => {
      const unit = unitOf(d, this.#mapping);
      return unit === 1 || digit.base === null ? digit : { ...digit, base: this.#root.let(`${digit.base} * ${unit}`) };
    });
    this.#outerPoints(digits, (scope, point) => {
      for (const pass of this.#kernel.passes) this.#pass(pass, scope, point);
    });
    this.#stores?.write(this.#root);
  }

  /** Writes `body` for all outer points that this thread has. */
  #outerPoints(digits: readonly Digit[], body: (scope: Scope, digits: readonly Digit[]) => void): void {
    const { repeated } = this.#mapping;
    if (repeated === null) {
      body(this.#root, digits);
      return;
    }
    const { digit } = repeated;
    const first = digits[digit]?.base ?? '0';
    const unit = unitOf(digit, this.#mapping);
    const end = first === '0' ? `${unit}` : this.#root.let(`${first} + ${unit}`);
    const name = this.#root.name('i');
    this.#root.block(`for (var ${name} = ${first}; ${name} < ${end}; ${name} += ${unit / repeated.count})`, (scope) => {
      body(
        scope,
        digits.map((own, d) => (d === digit ? { base: name, scope, plus: 0 } : own)),
      );
    });
  }

  /** @param outside the block of the outer point */
  #pass(pass: Pass, outside: Scope, outerDigits: readonly Digit[]): void {
    const { outer, vector, sharers } = this.#mapping;
    const isAcross = vector >= 0 && vector < outer; // lanes are outer points
    const sums = pass.reduces.map(({ fn, value }) => {
      const { dtype } = this.#kernel.exprs[value] as Expr;
      const width = vector >= 0 ? (4 as const) : (1 as const);
      const name = outside.name('s');
      const first = literal(identityOf(fn, dtype), dtype);
      outside.line(`var ${name} = ${width === 4 ? `${typeName(dtype, 4)}(${first})` : first};`);
      return { name, fn, value, dtype, width };
    });
    if (pass.reduces.length > 0 || pass.stores.length > 0) {
      this.#innerPoints(outside, outerDigits, (place) => {
        const evaluator = new Evaluator(this.#kernel.exprs, place, this.#around);
        for (const { value } of [...pass.reduces, ...pass.stores]) evaluator.value(value);
        for (const { name, fn, value, dtype, width } of sums) {
          const found = evaluator.value(value);
          place.scope.line(`${name} = ${combined(fn, name, width === 4 ? splat(found) : found.text, dtype, width)};`);
        }
        for (const store of pass.stores) evaluator.store(store);
      });
    }
    for (const { name, fn, dtype, width } of sums) {
      let text = name;
      if (width === 4 && !isAcross) text = outside.fresh(lanesCombined(fn, name, dtype));
      if (sharers === 'workgroup') text = this.#acrossThreads(fn, text, dtype);
      if (sharers === 'quad') text = acrossQuad(outside, fn, text, dtype, isAcross ? width : 1);
      this.#reduced.push({
        text: outside.fresh(text),
        dtype,
        width: width === 4 && isAcross ? 4 : 1,
        scope: outside,
      });
    }
    if (pass.outerStores.length === 0) return;
    const point: Point = { digits: this.#withInnerZero(outerDigits), vector: isAcross ? vector : -1 };
    const write = (scope: Scope): void => {
      const evaluator = new Evaluator(this.#kernel.exprs, this.#place(scope, point), this.#around);
      for (const { value } of pass.outerStores) evaluator.value(value);
      for (const store of pass.outerStores) evaluator.store(store);
    };
    if (sharers === 'none') {
      write(outside);
      return;
    }
    if (sharers === 'quad') {
      this.#root.block(`if (${this.#lane} == 0)`, write);
      return;
    }
    // Other threads may still read what is replaced; where there are sums, they have all met.
    if (sums.length === 0) this.#root.line('storageBarrier();');
    this.#root.block('if (lane == 0u)', write);
    this.#root.line('storageBarrier();');
  }

  #withInnerZero(outerDigits: readonly Digit[]): Digit[] {
    const inner = this.#kernel.extents.slice(this.#mapping.outer);
    return [...outerDigits, ...inner.map(() => ({ base: null, scope: this.#root, plus: 0 }))];
  }

  #place(scope: Scope, point: Point): Place {
    return { ports: this.#ports, root: this.#root, scope, point, stores: this.#stores };
  }

  /** Writes `body` for the inner points of one outer point that this thread has. */
  #innerPoints(outside: Scope, outerDigits: readonly Digit[], body: (place: Place) => void): void {
    const { outer, vector, sharers } = this.#mapping;
    const { extents } = this.#kernel;
    const inner = extents.slice(outer);
    const unit = vector >= outer ? 4 : 1;
    const write = (scope: Scope, digits: readonly Digit[]): void =>
      body(this.#place(scope, { digits: [...outerDigits, ...digits], vector }));
    if (sharers !== 'none') {
      this.#sharedPoints(inner, unit, write);
      return;
    }
    const isWrittenOut = isUnrolled(this.#kernel, this.#mapping);
    const loop = (scope: Scope, digits: readonly Digit[]): void => {
      const d = digits.length;
      if (d === inner.length) {
        write(scope, digits);
        return;
      }
      const extent = inner[d] as number;
      const step = outer + d === vector ? 4 : 1;
      if (isWrittenOut || extent === step) {
        for (let plus = 0; plus < extent; plus += step) loop(scope, [...digits, { base: null, scope, plus }]);
        return;
      }
      const name = scope.name('i');
      scope.block(`for (var ${name} = 0; ${name} < ${extent}; ${name} += ${step})`, (within) => {
        loop(within, [...digits, { base: name, scope: within, plus: 0 }]);
      });
    };
    loop(outside, []);
  }

  /** Inner points, or fours of them, that threads take in turn; a thread of a quad several for each time around the loop. */
  #sharedPoints(inner: readonly number[], unit: 1 | 4, write: (scope: Scope, digits: readonly Digit[]) => void): void {
    const isQuad = this.#mapping.sharers === 'quad';
    const threads = isQuad ? QUAD : this.#choices.workgroup;
    const size = sizeOf(inner);
    const times = isQuad ? largestDivisor(size / (threads * unit), UNROLLED) : 1;
    const j = this.#root.name('j');
    const first = unit === 1 ? this.#lane : `${this.#lane} * ${unit}`;
    this.#root.block(`for (var ${j} = ${first}; ${j} < ${size}; ${j} += ${threads * unit * times})`, (scope) => {
      write(scope, splitIndex(scope, j, inner));
      for (let time = 1; time < times; time++) write(scope, offsetDigits(scope, j, inner, time * threads * unit, 0));
    });
  }

  /** The value of all threads together, in every thread: a tree over the workgroup. */
  #acrossThreads(fn: ReduceFn, value: string, dtype: Dtype): string {
    const stored = (text: string): string => (dtype === 'float32' ? text : `bitcast<f32>(${text})`);
    const read = (index: string): string => (dtype === 'float32' ? `${SHARED}[${index}]` : `bitcast<i32>(${SHARED}[${index}])`);
    const half = this.#root.name('h');
    this.#root.line(`${SHARED}[lane] = ${stored(value)};`);
    this.#root.line('workgroupBarrier();');
    this.#root.block(`for (var ${half} = ${this.#choices.workgroup / 2}u; ${half} > 0u; ${half} >>= 1u)`, (scope) => {
      scope.block(`if (lane < ${half})`, (inner) => {
        const [a, b] = [inner.fresh(read('lane')), inner.fresh(read(`lane + ${half}`))];
        inner.line(`${SHARED}[lane] = ${stored(combined(fn, a, b, dtype, 1))};`);
      });
      scope.line('workgroupBarrier();');
    });
    const all = this.#root.fresh(read('0'));
    this.#root.line('workgroupBarrier();');
    return all;
  }
}

function identityOf(fn: ReduceFn, dtype: Dtype): number {
  if (fn === 'sum') return 0;
  const most = dtype === 'int32' ? 2147483647 : Number.POSITIVE_INFINITY;
  return fn === 'min' ? most : dtype === 'int32' ? -2147483648 : -most;
}

/** The 4 lanes of a variable as one value. */
function lanesCombined(fn: ReduceFn, name: string, dtype: Dtype): string {
  const two = (a: string, b: string): string => (fn === 'sum' ? `(${a} + ${b})` : combined(fn, a, b, dtype, 1));
  return two(two(`${name}.x`, `${name}.y`), two(`${name}.z`, `${name}.w`));
}
