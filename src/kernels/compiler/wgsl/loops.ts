import type { Dtype, ReduceFn } from '../graph.ts';
import { sizeOf } from '../index-map.ts';
import type { Access, Expr, LoopsKernel, Pass } from '../schedule.ts';
import type { ClassChoices } from './adapter-class.ts';
import { type Digit, type Point, splitIndex } from './digits.ts';
import { Evaluator, type Place, type Surroundings, splat, type Value } from './evaluator.ts';
import { binaryText } from './functions.ts';
import { type KernelBody, SHARED, threadIndex } from './kernel-body.ts';
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
}

export function loopsBody(kernel: LoopsKernel, choices: ClassChoices): KernelBody {
  const mapping = mappingOf(kernel, choices);
  const points = sizeOf(kernel.extents.slice(0, mapping.outer)) / (mapping.vector >= 0 && mapping.vector < mapping.outer ? 4 : 1);
  return {
    label: kernel.label,
    workgroups: mapping.isShared ? points : Math.ceil(points / choices.workgroup),
    write: (root, ports) => new LoopsWriter(kernel, mapping, choices, root, ports).write(points),
  };
}

function mappingOf(kernel: LoopsKernel, { longRow, fewColumns, columnThreads, workgroup }: ClassChoices): Mapping {
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
  if (isInner && (!isOuter || contiguity(kernel, lastInner) >= contiguity(kernel, lastOuter)))
    return { outer, vector: lastInner, isShared };
  return { outer, vector: isOuter ? lastOuter : -1, isShared };
}

/** Accesses that are side by side along a digit. */
function contiguity({ exprs, passes }: LoopsKernel, digit: number): number {
  const accesses: Access[] = [
    ...exprs.flatMap((expr) => (expr.kind === 'load' || expr.kind === 'loadAt' ? [expr.at] : [])),
    ...passes.flatMap((pass) => [...pass.stores, ...pass.outerStores].map(({ at }) => at)),
  ];
  return accesses.filter(({ strides }) => strides[digit] === 1).length;
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

  write(points: number): void {
    const { isShared, outer, vector } = this.#mapping;
    const extents = this.#kernel.extents.slice(0, outer);
    const t = isShared ? this.#root.let('i32(group)') : threadIndex(this.#root, points, this.#choices);
    const isQuarter = vector >= 0 && vector < outer;
    const units = isQuarter ? extents.map((extent, d) => (d === vector ? extent / 4 : extent)) : extents;
    const digits = splitIndex(this.#root, t, units).map((digit, d) =>
      isQuarter && d === vector && digit.base !== null ? { ...digit, base: this.#root.let(`${digit.base} * 4`) } : digit,
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
      body(place(this.#root, []));
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
