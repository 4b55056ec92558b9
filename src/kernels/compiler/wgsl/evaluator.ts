import type { Dtype } from '../graph.ts';
import type { Access, BufferId, Expr, ExprId, Store } from '../schedule.ts';
import type { DelayedStores } from './delayed-stores.ts';
import { guardsText, linear, linearText, type Point } from './digits.ts';
import type { GpuOperand } from './fold-gathers.ts';
import { binaryText, MIXES_WIDTHS, unaryText } from './functions.ts';
import { literal, typeName } from './literals.ts';
import { mathName } from './math-functions.ts';
import type { Ports, RegionId } from './ports.ts';
import { innermost, type Scope } from './scope.ts';

/** A WGSL value: a name or a literal, known in `scope`. Width 4 where it differs along the point's vector digit. */
export interface Value {
  readonly text: string;
  readonly dtype: Dtype;
  readonly width: 1 | 4;
  readonly scope: Scope;
}

/** Where values are computed. */
export interface Place {
  readonly ports: Ports;
  /** The function's outermost block. */
  readonly root: Scope;
  /** The block being written. */
  readonly scope: Scope;
  readonly point: Point;
  /** Null, or left out, where stores are written as they come. */
  readonly stores?: DelayedStores | null;
}

/** What expressions refer to besides memory. */
export interface Surroundings {
  /** Buffers that the kernel stores to: they are read where the text stands, and not before. */
  readonly written: ReadonlySet<BufferId>;
  /** Results of reductions so far. */
  readonly reduced: readonly Value[];
  /** matmul: the sum of products. */
  readonly accumulator: Value | null;
}

export const NOTHING_AROUND: Surroundings = { written: new Set(), reduced: [], accumulator: null };

/** The value as 4 lanes. */
export const splat = (value: Value): string => (value.width === 4 ? value.text : `${typeName(value.dtype, 4)}(${value.text})`);

/** No access of a buffer lies below this element. */
function lowestElement({ strides, offset }: Access): number {
  return strides.some((stride) => stride < 0) ? 0 : offset;
}

/** Whether 4 lanes along the vector digit are side by side, at a multiple of 4. */
function isAligned(ports: Ports, region: RegionId, { strides }: Access, vector: number, plus: number): boolean {
  return ports.keepsAlignment(region) && plus % 4 === 0 && strides.every((stride, d) => (d === vector ? stride === 1 : stride % 4 === 0));
}

/** The operand's element at a point, `fill` where a guard fails. `isHere`: read in the place's block, not where its position is known first. */
export function readOperand(place: Place, { buffer, at, rows }: GpuOperand, isHere = false): Value {
  const row = rows === undefined ? undefined : { value: load(place, rows.buffer, rows.at, 'int32', isHere), scale: rows.scale };
  return load(place, buffer, at, place.ports.dtype(buffer), isHere, row);
}

function load(place: Place, buffer: BufferId, at: Access, dtype: Dtype, isHere: boolean, row?: { value: Value; scale: number }): Value {
  const { ports, root, point, stores } = place;
  if (stores && isHere) {
    const stored =
      row === undefined ? stores.find(buffer, placeText(place, at), place.scope) : stores.find(buffer, 'anywhere', place.scope);
    if (stored !== null) return guarded(place, at, as(stored, dtype));
  }
  const start = ports.start(buffer, root);
  const lowest = row === undefined ? lowestElement(at) : 0;
  let position = linear(at.strides, at.offset, point.digits, start);
  const step = point.vector < 0 ? 0 : (at.strides[point.vector] as number);
  let width: 1 | 4 = step === 0 ? 1 : 4;
  let text: string;
  let isAtMultiple = true;
  if (row !== undefined && row.value.width === 4) {
    const { value, scale } = row;
    const scope = innermost(position.scope, value.scope);
    const parts = ['x', 'y', 'z', 'w'].map((lane, index) =>
      ports.read(
        buffer,
        {
          base: scope.let(`${value.text}.${lane} * ${scale}${position.base === null ? '' : ` + ${position.base}`}`),
          scope,
          plus: position.plus + index * step,
        },
        lowest,
      ),
    );
    position = { ...position, scope };
    width = 4;
    text = `${typeName(ports.dtype(buffer), 4)}(${parts.join(', ')})`;
  } else {
    if (row !== undefined) {
      const scope = innermost(position.scope, row.value.scope);
      const base = scope.let(`${row.value.text} * ${row.scale}${position.base === null ? '' : ` + ${position.base}`}`);
      position = { base, scope, plus: position.plus };
      isAtMultiple = row.scale % 4 === 0;
    }
    text =
      width === 1
        ? ports.read(buffer, position, lowest)
        : ports.readVector(buffer, position, lowest, step, isAtMultiple && isAligned(ports, buffer, at, point.vector, position.plus));
  }
  const scope = isHere ? place.scope : position.scope;
  const read: Value = { text: isHere ? scope.fresh(text) : scope.let(text), dtype: ports.dtype(buffer), width, scope };
  return guarded(place, at, as(read, dtype));
}

/** Which elements of a run's buffer an access is at a point. */
function placeText({ root, point }: Place, { strides, offset }: Access): string {
  const step = point.vector < 0 ? 0 : (strides[point.vector] as number);
  return `${linearText(linear(strides, offset, point.digits, { base: null, scope: root, plus: 0 }))} by ${step}`;
}

/** The value where the guards hold, else the access's fill. */
function guarded({ point, root }: Place, { guards, fill }: Pick<Access, 'guards' | 'fill'>, value: Value): Value {
  const holds = guardsText(guards, point, root);
  if (holds === null) return value;
  const width = holds.width === 4 || value.width === 4 ? 4 : 1;
  const scope = innermost(holds.scope, value.scope);
  const other = width === 4 ? `${typeName(value.dtype, 4)}(${literal(fill, value.dtype)})` : literal(fill, value.dtype);
  const condition = width === 4 && holds.width === 1 ? `vec4<bool>(${holds.text})` : holds.text;
  return {
    text: scope.let(`select(${other}, ${width === 4 ? splat(value) : value.text}, ${condition})`),
    dtype: value.dtype,
    width,
    scope,
  };
}

/** A stored value as what the expression says it is: bools are stored as numbers. */
function as(value: Value, dtype: Dtype): Value {
  if (value.dtype === dtype) return value;
  const fn = dtype === 'bool' ? 'toBool' : dtype === 'int32' ? 'toInt' : 'toFloat';
  return { ...value, dtype, text: value.scope.let(unaryText(fn, value.text, value.dtype, value.width)) };
}

/** Evaluates a kernel's expressions at one point. */
export class Evaluator {
  readonly #exprs: readonly Expr[];
  readonly #place: Place;
  readonly #around: Surroundings;
  readonly #values = new Map<ExprId, Value>();

  constructor(exprs: readonly Expr[], place: Place, around: Surroundings) {
    this.#exprs = exprs;
    this.#place = place;
    this.#around = around;
  }

  value(id: ExprId): Value {
    const known = this.#values.get(id);
    if (known) return known;
    const value = this.#evaluate(this.#exprs[id] as Expr);
    this.#values.set(id, value);
    return value;
  }

  /** Stores a value at the point; `values` of the same pass must have been computed before. */
  store({ buffer, at, value: id }: Store): void {
    const { ports, scope, stores } = this.#place;
    const value = as(this.value(id), ports.dtype(buffer));
    if (stores) {
      stores.add(buffer, placeText(this.#place, at), value, () => this.#storing(buffer, at, value));
      return;
    }
    for (const line of this.#storing(buffer, at, value)) scope.line(line);
  }

  /** Statements that store a value at the point. */
  #storing(buffer: BufferId, at: Access, value: Value): string[] {
    const { ports, root, point, scope } = this.#place;
    const position = linear(at.strides, at.offset, point.digits, ports.start(buffer, root));
    const lowest = lowestElement(at);
    const step = point.vector < 0 ? 0 : (at.strides[point.vector] as number);
    if (point.vector < 0 || step === 0) {
      if (value.width === 4) throw new Error('4 values are stored to one place');
      return [ports.write(buffer, position, lowest, value.text)];
    }
    const aligned = isAligned(ports, buffer, at, point.vector, position.plus);
    return ports.writeVector(buffer, position, lowest, step, aligned, scope.let(splat(value)));
  }

  #evaluate(expr: Expr): Value {
    const { root, point } = this.#place;
    switch (expr.kind) {
      case 'number':
        return { text: literal(expr.value, expr.dtype), dtype: expr.dtype, width: 1, scope: root };
      case 'load':
        return load(this.#place, expr.buffer, expr.at, expr.dtype, this.#around.written.has(expr.buffer));
      case 'loadAt': {
        const row = { value: this.value(expr.index), scale: expr.scale };
        return load(this.#place, expr.buffer, expr.at, expr.dtype, this.#around.written.has(expr.buffer), row);
      }
      case 'position': {
        const form = linear(expr.at.strides, expr.at.offset, point.digits, { base: null, scope: root, plus: 0 });
        const step = point.vector < 0 ? 0 : (expr.at.strides[point.vector] as number);
        const text =
          step === 0
            ? form.scope.let(form.base === null ? `i32(${form.plus})` : linearText(form))
            : form.scope.let(`vec4i(${linearText(form)}) + vec4i(${[0, step, 2 * step, 3 * step].join(', ')})`);
        return guarded(this.#place, expr.at, { text, dtype: 'int32', width: step === 0 ? 1 : 4, scope: form.scope });
      }
      case 'unary': {
        const a = this.value(expr.a);
        return this.#let([a], expr.dtype, a.width, unaryText(expr.fn, a.text, a.dtype, a.width));
      }
      case 'binary':
        return this.#binary(expr);
      case 'select': {
        const [condition, a, b] = [this.value(expr.condition), this.value(expr.a), this.value(expr.b)];
        const width = [condition, a, b].some((value) => value.width === 4) ? 4 : 1;
        const lanes = (value: Value): string => (width === 4 ? splat(value) : value.text);
        return this.#let([condition, a, b], expr.dtype, width, `select(${lanes(b)}, ${lanes(a)}, ${lanes(condition)})`);
      }
      case 'uniform': {
        const [seed, step, index] = [this.value(expr.seed), this.value(expr.step), this.value(expr.index)];
        const width = [seed, step, index].some((value) => value.width === 4) ? 4 : 1;
        const word = (value: Value): string => (width === 4 ? `bitcast<vec4u>(${splat(value)})` : `bitcast<u32>(${value.text})`);
        const layer = width === 4 ? `vec4u(${expr.layer >>> 0}u)` : `${expr.layer >>> 0}u`;
        const text = `${mathName('uniform', width)}(${word(seed)}, ${word(step)}, ${layer}, ${word(index)})`;
        return this.#let([seed, step, index], 'float32', width, text);
      }
      case 'guarded':
        return guarded(this.#place, expr, this.value(expr.value));
      case 'reduced': {
        const value = this.#around.reduced[expr.index];
        if (value === undefined) throw new Error(`reduction ${expr.index} is used before it is made`);
        return value;
      }
      case 'accumulator':
        if (this.#around.accumulator === null) throw new Error(`there is no sum of products here`);
        return this.#around.accumulator;
      default:
        return expr satisfies never;
    }
  }

  #binary({ fn, a: left, b: right, dtype }: Extract<Expr, { kind: 'binary' }>): Value {
    const [a, b] = [this.value(left), this.value(right)];
    const width = a.width === 4 || b.width === 4 ? 4 : 1;
    const isMixed = a.width !== b.width && !MIXES_WIDTHS.has(fn);
    const text = (value: Value): string => (isMixed ? splat(value) : value.text);
    const other = this.#exprs[right] as Expr;
    const isNumber = other.kind === 'number' && !Number.isNaN(other.value);
    return this.#let([a, b], dtype, width, binaryText(fn, text(a), text(b), a.dtype, width, isNumber));
  }

  #let(operands: readonly Value[], dtype: Dtype, width: 1 | 4, text: string): Value {
    const scope = innermost(...operands.map((operand) => operand.scope));
    return { text: scope.let(text), dtype, width, scope };
  }
}
