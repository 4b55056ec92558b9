import { pcg4d } from '../../counter-random.ts';
import type { Graph, GraphNode } from '../graph.ts';
import { interpret, interpretNodes } from '../interpret.ts';
import { UNIT } from './accuracies.ts';
import type { Bounded } from './error-bounds.ts';

/** Relative noise of every operation: as much as some roundings of float32, for sums of many terms and functions made of several. */
const NOISE = 4 * UNIT;
const TRIALS = 3;
/** Times the largest deviation of the trials, for those that were not made. */
const MARGIN = 4;

/** Functions that choose, move or count. */
const EXACT: ReadonlySet<string> = new Set(['neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'toFloat', 'max', 'min']);

/** Whether an operation's results are rounded. */
function isRounded(node: GraphNode): boolean {
  if (node.dtype !== 'float32') return false;
  switch (node.op) {
    case 'matmul':
    case 'segmentSum':
    case 'custom':
      return true;
    case 'reduce':
    case 'unary':
    case 'binary':
      return !EXACT.has(node.fn);
    default:
      return false;
  }
}

/**
 * Interprets a graph in float64 and bounds the errors of float32 by Monte Carlo arithmetic (Parker, "Monte Carlo Arithmetic", 1997): it is
 * interpreted again with a little noise on the result of every operation. Deep networks need this: errors that cancel in practice add up
 * in a guaranteed bound (`interpretWithBounds`) until it says nothing.
 *
 * @param parts of outputs by name: first elements of parts that are judged by their own deviations; an output is one part if not given
 */
export function interpretWithNoise(
  graph: Graph,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  parts: Readonly<Record<string, readonly number[]>> = {},
): Record<string, Bounded> {
  const exact = interpret(graph, inputs);
  const trials = Array.from({ length: TRIALS }, (_, trial) => noisy(graph, inputs, trial));
  return Object.fromEntries(
    Object.entries(exact).map(([name, values]) => {
      const bounds = new Float64Array(values.length);
      const starts = parts[name] ?? [0];
      starts.forEach((start, part) => {
        const end = starts[part + 1] ?? values.length;
        let deviation = 0;
        let size = 0;
        for (let i = start; i < end; i++) {
          size = Math.max(size, Math.abs(values[i] as number));
          for (const trial of trials) deviation = Math.max(deviation, Math.abs((trial[name]?.[i] as number) - (values[i] as number)));
        }
        bounds.fill(MARGIN * (deviation + UNIT * size), start, end);
      });
      return [name, { values, bounds }];
    }),
  );
}

function noisy(graph: Graph, inputs: Readonly<Record<string, ArrayLike<number>>>, trial: number): Record<string, Float64Array> {
  const words = new Uint32Array(4);
  let count = 0;
  const values = interpretNodes(graph, inputs, (node, own) => {
    if (!isRounded(node)) return own;
    const stream = count++;
    return own.map((value, i) => {
      pcg4d(trial, stream, 21, i, words);
      return value * (1 + NOISE * ((words[0] as number) / 2 ** 31 - 1));
    });
  });
  return Object.fromEntries(Object.entries(graph.outputs).map(([name, id]) => [name, values[id] as Float64Array]));
}
