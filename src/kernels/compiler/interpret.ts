import { fillUniform } from '../counter-random.ts';
import { customKernel } from './custom-kernels.ts';
import { type Graph, type GraphNode, inputsOf, type NodeOf, type ReduceFn } from './graph.ts';
import { sourceIndex } from './index-map.ts';
import { binaryMath, unaryMath } from './scalar-math.ts';

type Values = Float64Array;

/**
 * Computes a graph in float64, one node after the other: the oracle of the generators and of central differences.
 * Only `uniform` has float32's resolution, as everywhere.
 * @param inputs every input of the graph by name, of its size
 * @returns the outputs by name
 */
export function interpret(graph: Graph, inputs: Readonly<Record<string, ArrayLike<number>>>): Record<string, Values> {
  const values = interpretNodes(graph, inputs);
  return Object.fromEntries(Object.entries(graph.outputs).map(([name, id]) => [name, values[id] as Values]));
}

/**
 * The same with the values of every node, by id.
 * @param adjust replaces what a node has computed, for what if
 */
export function interpretNodes(
  graph: Graph,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  adjust = (_: GraphNode, values: Values): Values => values,
): Values[] {
  const values: Values[] = [];
  for (const node of graph.nodes) {
    const operands = inputsOf(node).map((id) => values[id] as Values);
    values.push(adjust(node, evaluate(node, operands, inputs)));
  }
  return values;
}

function evaluate(node: GraphNode, operands: readonly Values[], inputs: Readonly<Record<string, ArrayLike<number>>>): Values {
  const [a, b, c] = operands as readonly [Values, Values, Values];
  const each = (compute: (index: number) => number): Values => {
    const result = new Float64Array(node.size);
    for (let index = 0; index < node.size; index++) result[index] = compute(index);
    return result;
  };
  const at = (values: Values, index: number): number => values[index] as number;
  switch (node.op) {
    case 'input':
      return inputOf(node, inputs);
    case 'constant':
      return node.values.length === 1 ? new Float64Array(node.size).fill(at(node.values, 0)) : node.values;
    case 'iota':
      return each((index) => index);
    case 'unary': {
      const compute = unaryMath[node.fn];
      return each((index) => compute(at(a, index)));
    }
    case 'binary': {
      const compute = binaryMath[node.fn];
      return each((index) => compute(at(a, index), at(b, index)));
    }
    case 'select':
      return each((index) => (at(a, index) !== 0 ? at(b, index) : at(c, index)));
    case 'uniform':
      return uniform(node, a, b, c);
    case 'view':
      return each((index) => {
        const source = sourceIndex(node.map, index);
        return source < 0 ? node.fill : at(a, source);
      });
    case 'concat':
      return concat(node, operands);
    case 'reduce':
      return each((row) => reduceRow(node.fn, a, row * node.cols, node.cols));
    case 'matmul':
      return matmul(node, a, b);
    case 'gather':
      return gather(node, a, b);
    case 'segmentSum':
      return segmentSum(node, a, b);
    case 'custom':
      return customKernel(node.kernel).interpret(operands, node.attrs, node.size);
    default:
      return node satisfies never;
  }
}

function inputOf(node: NodeOf<'input'>, inputs: Readonly<Record<string, ArrayLike<number>>>): Values {
  const given = inputs[node.name];
  if (given === undefined) throw new Error(`input "${node.name}" is missing; there are ${Object.keys(inputs).join(', ')}`);
  if (given.length !== node.size) throw new Error(`input "${node.name}" has ${given.length} elements, the graph wants ${node.size}`);
  return given instanceof Float64Array ? given : Float64Array.from(given);
}

function uniform({ layer, size }: NodeOf<'uniform'>, seed: Values, step: Values, index: Values): Values {
  const row = new Float32Array(index.reduce((most, value) => Math.max(most, value), -1) + 1);
  fillUniform(seed[0] as number, step[0] as number, layer, row);
  return Float64Array.from({ length: size }, (_, i) => row[index[i] as number] as number);
}

function concat({ outer, inner, size }: NodeOf<'concat'>, pieces: readonly Values[]): Values {
  const result = new Float64Array(size);
  const total = size / outer;
  let start = 0;
  pieces.forEach((piece, index) => {
    const length = inner[index] as number;
    for (let row = 0; row < outer; row++) result.set(piece.subarray(row * length, (row + 1) * length), row * total + start);
    start += length;
  });
  return result;
}

function reduceRow(fn: ReduceFn, values: Values, start: number, cols: number): number {
  let result = values[start] as number;
  for (let col = 1; col < cols; col++) {
    const value = values[start + col] as number;
    result = fn === 'sum' ? result + value : fn === 'max' ? Math.max(result, value) : Math.min(result, value);
  }
  return result;
}

function matmul({ batch, m, n, k, size }: NodeOf<'matmul'>, a: Values, b: Values): Values {
  const result = new Float64Array(size);
  for (let i = 0; i < batch * m; i++) {
    const sums = result.subarray(i * n, (i + 1) * n);
    const bStart = Math.floor(i / m) * k * n;
    for (let inner = 0; inner < k; inner++) {
      const factor = a[i * k + inner] as number;
      const row = bStart + inner * n;
      for (let col = 0; col < n; col++) sums[col] = (sums[col] as number) + factor * (b[row + col] as number);
    }
  }
  return result;
}

function gather({ rowSize, size, place }: NodeOf<'gather'>, table: Values, indices: Values): Values {
  const result = new Float64Array(size);
  const rows = table.length / rowSize;
  indices.forEach((row, i) => {
    if (!(row >= 0 && row < rows)) throw new Error(`${place}: index ${row} lies outside of the table of ${rows} rows`);
    result.set(table.subarray(row * rowSize, (row + 1) * rowSize), i * rowSize);
  });
  return result;
}

function segmentSum({ rowSize, rows, size, isSorted, place }: NodeOf<'segmentSum'>, values: Values, indices: Values): Values {
  const result = new Float64Array(size);
  const add = (row: number, i: number): void => {
    for (let col = 0; col < rowSize; col++)
      result[row * rowSize + col] = (result[row * rowSize + col] as number) + (values[i * rowSize + col] as number);
  };
  if (isSorted) {
    for (let row = 0; row < rows; row++) {
      const [first, end] = [indices[row] as number, indices[row + 1] as number];
      for (let entry = first; entry < end; entry++) add(row, indices[rows + 1 + entry] as number);
    }
    return result;
  }
  indices.forEach((row, i) => {
    if (row < 0 || row >= rows) throw new Error(`${place}: index ${row} lies outside of ${rows} rows`);
    add(row, i);
  });
  return result;
}
