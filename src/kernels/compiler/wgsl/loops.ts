import type { Dtype, ReduceFn } from '../graph.ts';
import { sizeOf } from '../index-map.ts';
import type { Access, Expr, LoopsKernel, Pass } from '../schedule.ts';
import type { ClassChoices } from './adapter-class.ts';
import { type Digit, type Point, splitIndex } from './digits.ts';
import { Evaluator, type Place, type Surroundings, splat, type Value } from './evaluator.ts';
import { binaryText } from './functions.ts';
import { type KernelBody, pointsBody, SHARED } from './kernel-body.ts';
import { literal, typeName } from './literals.ts';
import type { Ports } from './ports.ts';
import type { Scope } from './scope.ts';

/** Inner points that are written out instead of looped over. */
const UNROLLED = 4;

/** How a loops kernel is spread over threads. */
interface Mapping {
  /** Digits that threads or workgroups have one point of; the others are looped over. */
  readonly outer: number;
  /** Digit along which 4 points are computed at once, or -1. */
  readonly vector: number;
  /** A workgroup per outer point, its threads sharing the inner ones; else a thread per outer point (or 4). */
  readonly isShared: boolean;
  /** Outer digit along which a thread has `count` points one after the other: what does not depend on it is read once for all of them. */
  readonly repeated: Repeated | null;
}

interface Repeated {
  readonly digit: number;
  /** A divisor of the digit's extent. */
  readonly count: number;
}

export function loopsBody(kernel: LoopsKernel, choices: ClassChoices): KernelBody {
  const mapping = mappingOf(kernel, choices);
  const points = sizeOf(unitsOf(kernel.extents, mapping));
  const { label } = kernel;
  const write = (root: Scope, ports: Ports, t: string): void => new LoopsWriter(kernel, mapping, choices, root, ports).write(t);
  if (!mapping.isShared) return pointsBody(label, points, choices, write);
  const { workgroup } = choices;
  return { label, workgroup, workgroups: points, write: (root, ports) => write(root, ports, root.let('i32(group)')) };
}

/** Threads, or workgroups, along each outer digit. */
function unitsOf(extents: readonly number[], { outer, vector, repeated }: Mapping): number[] {
  return extents.slice(0, outer).map((extent, digit) => extent / (digit === vector ? 4 : digit === repeated?.digit ? repeated.count : 1));
}

function mappingOf(kernel: LoopsKernel, choices: ClassChoices): Mapping {
  const { longRow, fewColumns, columnThreads, workgroup } = choices;
  const { extents, passes } = kernel;
  const isMap = passes.every((pass) => pass.reduces.length === 0 && pass.outerStores.length === 0);
  const outer = isMap ? extents.length : kernel.outer;
  const inner = sizeOf(extents.slice(outer));
  const lastInner = extents.length - 1;
  const lastOuter = outer - 1;
  const outerPoints = sizeOf(extents.slice(0, outer));
  // Sums over columns are better off with threads side by side, as long as there are enough columns.
  const isRow = contiguity(kernel, lastInner) > contiguity(kernel, lastOuter);
  const isShared = inner >= longRow && (isRow || outerPoints < fewColumns);
  const allows = (digit: number): boolean => digit >= 0 && (extents[digit] as number) % 4 === 0;
  const isInner = outer < extents.length && allows(lastInner) && (!isShared || inner >= 4 * workgroup);
  const isOuter = !isShared && allows(lastOuter) && (isMap || outerPoints / 4 >= columnThreads);
  const gain = contiguity(kernel, lastInner) - contiguity(kernel, lastOuter) || reads(kernel, lastOuter) - reads(kernel, lastInner);
  if (isInner && (!isOuter || gain >= 0)) return { outer, vector: lastInner, isShared, repeated: null };
  const vector = isOuter ? lastOuter : -1;
  return { outer, vector, isShared, repeated: isMap ? repeatedIn(kernel, vector, choices) : null };
}

/** Along which digit a thread of a map has several points: the one that saves most. Index arithmetic is saved along any, half a read's worth. */
function repeatedIn({ extents, exprs }: LoopsKernel, vector: number, { columnThreads, mapPoints }: ClassChoices): Repeated | null {
  const threads = sizeOf(extents) / (vector < 0 ? 1 : 4);
  const most = Math.min(mapPoints, Math.floor(threads / columnThreads));
  const loads = exprs.flatMap((expr) => (expr.kind === 'load' ? [expr.at] : []));
  const isSame = ({ strides, guards }: Access, digit: number): boolean =>
    strides[digit] === 0 && guards.every(({ coefficients }) => coefficients[digit] === 0);
  let best: Repeated | null = null;
  let bestSaved = 0;
  extents.forEach((extent, digit) => {
    if (digit === vector) return;
    const count = largestDivisor(extent, most);
    const saved = (1 - 1 / count) * (loads.filter((at) => isSame(at, digit)).length + 0.5);
    if (saved <= bestSaved) return;
    best = { digit, count };
    bestSaved = saved;
  });
  return best;
}

function largestDivisor(extent: number, most: number): number {
  for (let count = Math.min(most, extent); count > 1; count--) if (extent % count === 0) return count;
  return 1;
}

/** Accesses that are side by side along a digit. */
function contiguity({ exprs, passes }: LoopsKernel, digit: number): number {
  const accesses: Access[] = [
    ...exprs.flatMap((expr) => (expr.kind === 'load' || expr.kind === 'loadAt' ? [expr.at] : [])),
    ...passes.flatMap((pass) => [...pass.stores, ...pass.outerStores].map(({ at }) => at)),
  ];
  return accesses.filter(({ strides }) => strides[digit] === 1).length;
}

/** Elements read for 4 points along a digit. */
function reads({ exprs }: LoopsKernel, digit: number): number {
  return exprs.reduce((sum, expr) => {
    if (expr.kind === 'load') return sum + (expr.at.strides[digit] === 0 ? 1 : 4);
    return expr.kind === 'loadAt' ? sum + 4 : sum;
  }, 0);
}

class LoopsWriter {
  readonly #kernel: LoopsKernel;
  readonly #mapping: Mapping;
  readonly #choices: ClassChoices;
  readonly #root: Scope;
  readonly #ports: Ports;
  readonly #reduced: Value[] = [];
  readonly #around: Surroundings;

  constructor(kernel: LoopsKernel, mapping: Mapping, choices: ClassChoices, root: Scope, ports: Ports) {
    this.#kernel = kernel;
    this.#mapping = mapping;
    this.#choices = choices;
    this.#root = root;
    this.#ports = ports;
    const stores = kernel.passes.flatMap((pass) => [...pass.stores, ...pass.outerStores]);
    this.#around = { written: new Set(stores.map(({ buffer }) => buffer)), reduced: this.#reduced, accumulator: null };
  }

  /** @param t number of the outer point, or of 4 of them or several, i32 */
  write(t: string): void {
    const { vector } = this.#mapping;
    const digits = splitIndex(this.#root, t, unitsOf(this.#kernel.extents, this.#mapping)).map((digit, d) =>
      d === vector && digit.base !== null ? { ...digit, base: this.#root.let(`${digit.base} * 4`) } : digit,
    );
    for (const pass of this.#kernel.passes) this.#pass(pass, digits);
  }

  #pass(pass: Pass, outerDigits: readonly Digit[]): void {
    const { outer, vector, isShared } = this.#mapping;
    const isAcross = vector >= 0 && vector < outer; // lanes are outer points
    const sums = pass.reduces.map(({ fn, value }) => {
      const { dtype } = this.#kernel.exprs[value] as Expr;
      const width = vector >= 0 ? (4 as const) : (1 as const);
      const name = this.#root.name('s');
      const first = literal(identityOf(fn, dtype), dtype);
      this.#root.line(`var ${name} = ${width === 4 ? `${typeName(dtype, 4)}(${first})` : first};`);
      return { name, fn, value, dtype, width };
    });
    if (pass.reduces.length > 0 || pass.stores.length > 0) {
      this.#innerPoints(outerDigits, (place) => {
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
      if (width === 4 && !isAcross) text = this.#root.fresh(lanesCombined(fn, name, dtype));
      if (isShared) text = this.#acrossThreads(fn, text, dtype);
      this.#reduced.push({
        text: this.#root.fresh(text),
        dtype,
        width: width === 4 && isAcross ? 4 : 1,
        scope: this.#root,
      });
    }
    if (pass.outerStores.length === 0) return;
    const point: Point = { digits: this.#withInnerZero(outerDigits), vector: isAcross ? vector : -1 };
    const write = (scope: Scope): void => {
      const evaluator = new Evaluator(this.#kernel.exprs, { ports: this.#ports, root: this.#root, scope, point }, this.#around);
      for (const { value } of pass.outerStores) evaluator.value(value);
      for (const store of pass.outerStores) evaluator.store(store);
    };
    if (!isShared) {
      write(this.#root);
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

  /** Writes `body` for the inner points of one outer point that this thread has. */
  #innerPoints(outerDigits: readonly Digit[], body: (place: Place) => void): void {
    const { outer, vector, isShared } = this.#mapping;
    const { extents } = this.#kernel;
    const inner = extents.slice(outer);
    const unit = vector >= outer ? 4 : 1;
    const place = (scope: Scope, digits: readonly Digit[]): Place => ({
      ports: this.#ports,
      root: this.#root,
      scope,
      point: { digits: [...outerDigits, ...digits], vector },
    });
    if (inner.length === 0) {
      this.#repeatedPoints(outerDigits, (scope, digits) => body({ ...place(scope, []), point: { digits, vector } }));
      return;
    }
    if (isShared) {
      const j = this.#root.name('j');
      const step = this.#choices.workgroup * unit;
      const first = unit === 1 ? 'i32(lane)' : `i32(lane) * ${unit}`;
      this.#root.block(`for (var ${j} = ${first}; ${j} < ${sizeOf(inner)}; ${j} += ${step})`, (scope) => {
        body(place(scope, splitIndex(scope, j, inner)));
      });
      return;
    }
    const isUnrolled = sizeOf(inner) / unit <= UNROLLED;
    const loop = (scope: Scope, digits: readonly Digit[]): void => {
      const d = digits.length;
      if (d === inner.length) {
        body(place(scope, digits));
        return;
      }
      const extent = inner[d] as number;
      const step = outer + d === vector ? 4 : 1;
      if (isUnrolled || extent === step) {
        for (let plus = 0; plus < extent; plus += step) loop(scope, [...digits, { base: null, scope, plus }]);
        return;
      }
      const name = scope.name('i');
      scope.block(`for (var ${name} = 0; ${name} < ${extent}; ${name} += ${step})`, (within) => {
        loop(within, [...digits, { base: name, scope: within, plus: 0 }]);
      });
    };
    loop(this.#root, []);
  }

  /** Writes `body` for all points of a map that this thread has. */
  #repeatedPoints(digits: readonly Digit[], body: (scope: Scope, digits: readonly Digit[]) => void): void {
    const { repeated } = this.#mapping;
    if (repeated === null) {
      body(this.#root, digits);
      return;
    }
    const { digit, count } = repeated;
    const base = digits[digit]?.base ?? null;
    const name = this.#root.name('i');
    const first = base === null ? '0' : this.#root.let(`${base} * ${count}`);
    const end = base === null ? `${count}` : this.#root.let(`${first} + ${count}`);
    this.#root.block(`for (var ${name} = ${first}; ${name} < ${end}; ${name}++)`, (scope) => {
      body(
        scope,
        digits.map((own, d) => (d === digit ? { base: name, scope, plus: 0 } : own)),
      );
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

const combined = (fn: ReduceFn, a: string, b: string, dtype: Dtype, width: 1 | 4): string =>
  binaryText(fn === 'sum' ? 'add' : fn, a, b, dtype, width, false);

/** The 4 lanes of a variable as one value. */
function lanesCombined(fn: ReduceFn, name: string, dtype: Dtype): string {
  const two = (a: string, b: string): string => (fn === 'sum' ? `(${a} + ${b})` : combined(fn, a, b, dtype, 1));
  return two(two(`${name}.x`, `${name}.y`), two(`${name}.z`, `${name}.w`));
}
