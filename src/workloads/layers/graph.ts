import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import type { Pass } from './pass.ts';

/**
 * Who is connected with whom in the graphs of a batch: nodes and directed edges by number within their graph, -1 for none; all int32 but
 * `isNode`.
 *
 * Two lists each say the same from both sides, so that the gradient of a look-up is a look-up too. Products with incidence matrices would
 * be mostly products with zero (for the molecules two thirds of the multiply-adds of everything else; the look-ups take 3 % of a step), and
 * where additions are scattered in WGSL, every thread goes through all numbers.
 */
export interface Connections {
  /** Node at which each edge begins: (lead * B, E). */
  readonly senders: Tensor;
  /** Node at which it ends: (lead * B, E). */
  readonly receivers: Tensor;
  /** Edges that begin at each node: (lead * B, N, most of a node). */
  readonly outgoing: Tensor;
  /** Edges that end there: (lead * B, N, most of a node). */
  readonly incoming: Tensor;
  /** 1 for a node, 0 for padding; float32 (lead * B, N). */
  readonly isNode: Tensor;
}

/** Values of the node at one end of each edge: h (R * B, N, n) -> (R * B, E, n), zero where there is no edge. */
export const valuesAtEnds = (pass: Pass, h: Tensor, end: 'senders' | 'receivers', connections: Connections): Tensor =>
  withGradient(
    h,
    connections[end === 'senders' ? 'outgoing' : 'incoming'],
    (own) => rowsOf(pass, own, connections[end]),
    (dy, edges) => sumsOf(pass, dy, edges),
  );

/** Sums over the edges that begin, or end, at each node: h (R * B, E, n) -> (R * B, N, n). */
export const sumsOverEdges = (pass: Pass, h: Tensor, way: 'outgoing' | 'incoming', connections: Connections): Tensor =>
  withGradient(
    h,
    connections[way === 'outgoing' ? 'senders' : 'receivers'],
    (own) => sumsOf(pass, own, connections[way]),
    (dy, nodes) => rowsOf(pass, dy, nodes),
  );

/** f(h), whose gradient is given in terms of that of f(h) and of `kept`. */
function withGradient(h: Tensor, kept: Tensor, f: (h: Tensor) => Tensor, gradient: (dy: Tensor, kept: Tensor) => Tensor): Tensor {
  return tf.customGrad((own, save) => {
    (save as tf.GradSaveFunc)([kept]);
    return { value: f(own as Tensor), gradFunc: (dy, saved) => gradient(dy, saved[0] as Tensor) };
  })(h);
}

/** Rows of each graph's h (R * B, rows, n) by number (lead * B, ...count): (R * B, count, n), zero for -1. */
function rowsOf({ runs, batch }: Pass, h: Tensor, numbers: Tensor): Tensor {
  const [graphs, rows, n] = h.shape as [number, number, number];
  const perGraph = numbers.reshape([-1, batch, numbers.size / (numbers.shape[0] as number)]); // (lead, B, count)
  const isThere = perGraph.greaterEqual(0);
  // All graphs of all runs as one list of rows.
  const firstRows = tf.range(0, graphs * rows, rows, 'int32').reshape([runs, batch, 1]);
  const found = h.reshape([graphs * rows, n]).gather(perGraph.mul(isThere.cast('int32')).add(firstRows).cast('int32').reshape([-1]));
  return found.reshape([runs, batch, -1, n]).mul(isThere.cast('float32').expandDims(3)).reshape([graphs, -1, n]);
}

/** Sums of listed rows of each graph's h (R * B, rows, n), lists (lead * B, count, most): (R * B, count, n). */
function sumsOf(pass: Pass, h: Tensor, lists: Tensor): Tensor {
  const [, count, most] = lists.shape as [number, number, number];
  const [graphs, , n] = h.shape as [number, number, number];
  return rowsOf(pass, h, lists).reshape([graphs, count, most, n]).sum(2);
}
