import { customKernel } from '../custom-kernels.ts';
import { type Graph, type GraphNode, inputsOf, type NodeOf, type ValueId } from '../graph.ts';
import { sourceIndex } from '../index-map.ts';
import { interpretNodes } from '../interpret.ts';
import { binaryMath, unaryMath } from '../scalar-math.ts';
import { BINARY_ULPS, UNARY_ULPS, UNIT } from './accuracies.ts';

/** A value in float64 and how far a correct float32 computation of it can be off, element by element. */
export interface Bounded {
  readonly values: Float64Array;
  /** Infinite where float32 cannot decide the value at all, e.g. on which side of a step it lies. */
  readonly bounds: Float64Array;
}

/** Results below it may be flushed to zero. */
const SMALLEST = 2 ** -126;
const LARGEST = 3.4028234e38;

/**
 * Interprets a graph in float64 and bounds, for every element of its outputs, the error of any float32 evaluation of the same operations:
 * running error analysis (Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.3). Sums may be made in any order.
 * Where the errors of a comparison's operands leave its outcome open, the bound spans both outcomes.
 *
 * A maximum compared with what it was taken from is one value read twice: generated code must find them equal too.
 */
export function interpretWithBounds(graph: Graph, inputs: Readonly<Record<string, ArrayLike<number>>>): Record<string, Bounded> {
  const values = interpretNodes(graph, inputs);
  const bounds: Float64Array[] = [];
  const at = (id: ValueId): Bounded => ({ values: values[id] as Float64Array, bounds: bounds[id] as Float64Array });
  const isOneValue = (a: ValueId, b: ValueId, index: number): boolean =>
    a === b || isClearExtremum(graph, a, index, at) || isClearExtremum(graph, b, index, at);
  graph.nodes.forEach((node, id) => {
    const operands = inputsOf(node).map(at);
    const own = boundsOf(node, values[id] as Float64Array, operands, isOneValue);
    // Infinity - Infinity and 0 * Infinity: nothing is known.
    for (let i = 0; i < own.length; i++) if (Number.isNaN(own[i])) own[i] = Number.POSITIVE_INFINITY;
    bounds.push(own);
  });
  return Object.fromEntries(
    Object.entries(graph.outputs).map(([name, id]) => [name, { values: values[id] as Float64Array, bounds: bounds[id] as Float64Array }]),
  );
}

/**
 * Whether the element is the largest (smallest) of a row, and no other of the row comes near: what equals it is what it was taken from.
 */
function isClearExtremum(graph: Graph, id: ValueId, index: number, at: (id: ValueId) => Bounded): boolean {
  const node = graph.nodes[id] as GraphNode;
  if (node.op === 'view') {
    const source = sourceIndex(node.map, index);
    return source >= 0 && isClearExtremum(graph, node.inputs[0], source, at);
  }
  if (node.op !== 'reduce' || node.fn === 'sum') return false;
  const extremum = at(id).values[index] as number;
  const { values, bounds } = at(node.inputs[0]);
  let near = 0;
  for (let i = index * node.cols; i < (index + 1) * node.cols; i++) {
    if (Math.abs((values[i] as number) - extremum) <= (bounds[i] as number) + (at(id).bounds[index] as number)) near += 1;
  }
  return near === 1;
}

/** The propagated error of a computed value, with its own rounding. A zero of exact operands is exact. */
function rounded(value: number, propagated: number, ulps: number): number {
  if (!Number.isFinite(value)) return Number.isFinite(propagated) ? 0 : Number.POSITIVE_INFINITY;
  const size = Math.abs(value);
  const bound = propagated + ulps * UNIT * (size + propagated) + (size < SMALLEST && size + propagated > 0 ? SMALLEST : 0);
  return size + bound > LARGEST ? Number.POSITIVE_INFINITY : bound;
}

function boundsOf(
  node: GraphNode,
  values: Float64Array,
  operands: readonly Bounded[],
  isOneValue: (a: ValueId, b: ValueId, index: number) => boolean,
): Float64Array {
  const [a, b, c] = operands as readonly [Bounded, Bounded, Bounded];
  const each = (bound: (index: number) => number): Float64Array => {
    const result = new Float64Array(node.size);
    for (let index = 0; index < node.size; index++) result[index] = bound(index);
    return result;
  };
  const at = (list: Float64Array, index: number): number => list[index] as number;
  switch (node.op) {
    case 'input':
    case 'constant':
    case 'iota':
    case 'uniform':
      return new Float64Array(node.size);
    case 'unary':
      return each((i) => unaryBound(node, at(a.values, i), at(a.bounds, i), at(values, i)));
    case 'binary': {
      const isOne = (i: number) => isOneValue(...node.inputs, i);
      return each((i) =>
        binaryBound(node, [at(a.values, i), at(b.values, i)], [at(a.bounds, i), at(b.bounds, i)], at(values, i), () => isOne(i)),
      );
    }
    case 'select':
      return each((i) => {
        const [yes, no] = [at(b.values, i), at(c.values, i)];
        const chosen = at(a.values, i) !== 0 ? at(b.bounds, i) : at(c.bounds, i);
        return at(a.bounds, i) === 0 ? chosen : Math.max(at(b.bounds, i), at(c.bounds, i)) + (yes === no ? 0 : Math.abs(yes - no));
      });
    case 'view':
      return each((i) => {
        const source = sourceIndex(node.map, i);
        return source < 0 ? 0 : at(a.bounds, source);
      });
    case 'concat':
      return concatBounds(node, operands);
    case 'reduce':
      return each((row) => reduceBound(node, a, row * node.cols, at(values, row)));
    case 'matmul':
      return matmulBounds(node, values, a, b);
    case 'gather':
      return each((i) => {
        const row = Math.floor(i / node.rowSize);
        return at(b.bounds, row) > 0 ? Number.POSITIVE_INFINITY : at(a.bounds, at(b.values, row) * node.rowSize + (i % node.rowSize));
      });
    case 'segmentSum':
      return segmentSumBounds(node, values, a, b);
    case 'custom':
      return customBounds(node, values, operands);
    default:
      return node satisfies never;
  }
}

function unaryBound({ fn }: NodeOf<'unary'>, x: number, error: number, value: number): number {
  switch (fn) {
    case 'neg':
    case 'abs':
    case 'toFloat':
    case 'not':
      return error;
    case 'isFinite':
    case 'isNaN':
      return Number.isFinite(error) ? 0 : 1;
    case 'toBool':
      return error > 0 && Math.abs(x) <= error ? 1 : 0;
    case 'sin':
    case 'cos':
      // Their argument is reduced by multiples of pi / 2, so the error is one of units of 1.
      return rounded(value, error + UNARY_ULPS[fn] * UNIT, 0);
    default: {
      // All others rise everywhere: the ends of the interval bound what lies between.
      const compute = unaryMath[fn];
      const propagated = error === 0 ? 0 : Math.max(Math.abs(compute(x + error) - value), Math.abs(compute(x - error) - value));
      const ulps = UNARY_ULPS[fn];
      // Near 1 a logarithm is small, but its argument was rounded at 1; e^x grows as fast as its argument's rounding.
      const extra = fn === 'log' ? ulps * UNIT : fn === 'exp' || fn === 'expm1' ? 2 * Math.abs(x) * UNIT * Math.abs(value) : 0;
      return rounded(value, propagated + (x === 0 && error === 0 ? 0 : extra), ulps);
    }
  }
}

type Pair = readonly [number, number];

/** @param isOne whether operands that are equal are one value */
function binaryBound({ fn, dtype }: NodeOf<'binary'>, [a, b]: Pair, [ea, eb]: Pair, value: number, isOne: () => boolean): number {
  const isWhole = dtype === 'int32';
  const ulps = isWhole ? 0 : BINARY_ULPS[fn];
  const isOpen = (): boolean => ea + eb > 0 && !(Math.abs(a - b) > ea + eb) && !(a === b && isOne());
  switch (fn) {
    case 'add':
    case 'sub':
      return rounded(value, ea + eb, ulps);
    case 'mul':
      return rounded(value, (eb > 0 ? Math.abs(a) * eb : 0) + (ea > 0 ? Math.abs(b) * ea : 0) + ea * eb, ulps);
    case 'div':
      if (ea === 0 && eb === 0) return rounded(value, 0, ulps);
      return eb >= Math.abs(b) ? Number.POSITIVE_INFINITY : rounded(value, (ea + Math.abs(value) * eb) / (Math.abs(b) - eb), ulps);
    case 'max':
    case 'min':
      return Math.max(ea, eb);
    case 'pow':
      return powBound(a, b, ea, eb, value);
    case 'mod': {
      if (isWhole) return 0;
      const quotient = a / b;
      const error = binaryMath.div(ea + Math.abs(quotient) * eb, Math.abs(b) - eb) + BINARY_ULPS.div * UNIT * Math.abs(quotient);
      const isStep = !(eb < Math.abs(b)) || Math.floor(quotient - error) !== Math.floor(quotient + error);
      const moved = ea + (Math.abs(quotient) + 1) * eb + 2 * UNIT * (Math.abs(a) + Math.abs(b));
      return isStep ? moved + Math.abs(b) : moved;
    }
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
      return isOpen() ? 1 : 0;
    case 'and':
      return (ea > 0 && (eb > 0 || b !== 0)) || (eb > 0 && a !== 0) ? 1 : 0;
    case 'or':
      return (ea > 0 && (eb > 0 || b === 0)) || (eb > 0 && a === 0) ? 1 : 0;
    default:
      return fn satisfies never;
  }
}

/** The corners of the rectangle of operands bound a^b for a > 0. */
function powBound(a: number, b: number, ea: number, eb: number, value: number): number {
  const propagated =
    ea === 0 && eb === 0
      ? 0
      : a - ea <= 0
        ? Number.POSITIVE_INFINITY
        : Math.max(...[a - ea, a + ea].flatMap((x) => [b - eb, b + eb].map((y) => Math.abs(x ** y - value))));
  // a^b = e^(b log a): the logarithm's rounding is multiplied by b.
  return rounded(value, propagated, BINARY_ULPS.pow * (1 + Math.abs(b)));
}

function concatBounds({ outer, inner, size }: NodeOf<'concat'>, pieces: readonly Bounded[]): Float64Array {
  const result = new Float64Array(size);
  const total = size / outer;
  let start = 0;
  pieces.forEach(({ bounds }, index) => {
    const length = inner[index] as number;
    for (let row = 0; row < outer; row++) result.set(bounds.subarray(row * length, (row + 1) * length), row * total + start);
    start += length;
  });
  return result;
}

function reduceBound({ fn, cols, dtype }: NodeOf<'reduce'>, { values, bounds }: Bounded, start: number, value: number): number {
  let sum = 0;
  let most = 0;
  let size = 0;
  for (let i = start; i < start + cols; i++) {
    sum += bounds[i] as number;
    most = Math.max(most, bounds[i] as number);
    size += Math.abs(values[i] as number);
  }
  if (fn !== 'sum') return most;
  return dtype === 'int32' ? sum : rounded(value, sum + sumError(size + sum, cols), 1);
}

/** Rounding errors of a sum of `count` terms with this sum of sizes, in any order. */
const sumError = (size: number, count: number): number => (count - 1) * UNIT * size;

function matmulBounds({ batch, m, n, k }: NodeOf<'matmul'>, values: Float64Array, a: Bounded, b: Bounded): Float64Array {
  const result = new Float64Array(values.length);
  const propagated = new Float64Array(n);
  const size = new Float64Array(n);
  for (let i = 0; i < batch * m; i++) {
    propagated.fill(0);
    size.fill(0);
    const bStart = Math.floor(i / m) * k * n;
    for (let inner = 0; inner < k; inner++) {
      const factor = Math.abs(a.values[i * k + inner] as number);
      const error = a.bounds[i * k + inner] as number;
      const row = bStart + inner * n;
      for (let col = 0; col < n; col++) {
        const other = Math.abs(b.values[row + col] as number);
        const otherError = b.bounds[row + col] as number;
        propagated[col] = (propagated[col] as number) + factor * otherError + error * (other + otherError);
        size[col] = (size[col] as number) + factor * other;
      }
    }
    for (let col = 0; col < n; col++) {
      const error = propagated[col] as number;
      // Each product is rounded, and each addition.
      result[i * n + col] = rounded(values[i * n + col] as number, error + sumError((size[col] as number) + error, k + 1), 1);
    }
  }
  return result;
}

function segmentSumBounds(
  { rowSize, size, isSorted }: NodeOf<'segmentSum'>,
  values: Float64Array,
  a: Bounded,
  indices: Bounded,
): Float64Array {
  if (isSorted) throw new Error('bounds are those of the graph with indices that are not sorted');
  if (indices.bounds.some((bound) => bound > 0)) return new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const propagated = new Float64Array(size);
  const sizes = new Float64Array(size);
  const counts = new Float64Array(size);
  indices.values.forEach((row, i) => {
    for (let col = 0; col < rowSize; col++) {
      const [target, source] = [row * rowSize + col, i * rowSize + col];
      propagated[target] = (propagated[target] as number) + (a.bounds[source] as number);
      sizes[target] = (sizes[target] as number) + Math.abs(a.values[source] as number);
      counts[target] = (counts[target] as number) + 1;
    }
  });
  return propagated.map((error, i) =>
    counts[i] === 0 ? 0 : rounded(values[i] as number, error + sumError((sizes[i] as number) + error, counts[i] as number), 1),
  );
}

/** Times the largest change that was seen, for those that were not. */
const UNSEEN = 8;
const CUSTOM_ULPS = 256;

/** Nothing is known of a hand-written kernel but itself: it is computed with its operands moved to both ends of their bounds. */
function customBounds({ kernel, attrs, size }: NodeOf<'custom'>, values: Float64Array, operands: readonly Bounded[]): Float64Array {
  const moved = [1, -1, 2, 3].map((pattern) => {
    const inputs = operands.map((operand) =>
      operand.values.map(
        (value, i) => value + (operand.bounds[i] as number) * (Math.abs(pattern) === 1 ? pattern : i % pattern === 0 ? 1 : -1),
      ),
    );
    return customKernel(kernel).interpret(inputs, attrs, size);
  });
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return values.map((value, i) => {
    const change = Math.max(...moved.map((other) => Math.abs((other[i] as number) - value)));
    return rounded(value, UNSEEN * change + CUSTOM_ULPS * UNIT * scale, 1);
  });
}
