import { beforeAll, describe, expect, test } from 'vitest';
import { normals } from '../../kernels/counter-random.ts';
import * as tf from '../../kernels/tf.ts';
import { type Connections, sumsOverEdges, valuesAtEnds } from './graph.ts';
import { graphNetwork } from './graph-network.ts';
import { Parameters, type Pass } from './pass.ts';

const [RUNS, BATCH, MOST] = [2, 2, 3];

/** Directed edges of two graphs; the second one has a node and two edges less. */
const GRAPHS = [
  {
    nodes: 4,
    edges: [
      [0, 1],
      [1, 0],
      [3, 1],
      [1, 2],
      [2, 2],
    ],
  },
  {
    nodes: 3,
    edges: [
      [2, 0],
      [0, 2],
      [1, 2],
    ],
  },
] as const;

type GraphSpec = { readonly nodes: number; readonly edges: readonly (readonly [number, number])[] };

function connectionsOf(graphs: readonly GraphSpec[], nodes: number, edges: number): Connections {
  const padded = (list: readonly number[], length: number): readonly number[] => [...list, ...Array<number>(length - list.length).fill(-1)];
  const ends = (side: 0 | 1) =>
    graphs.map((graph) =>
      padded(
        graph.edges.map((edge) => edge[side]),
        edges,
      ),
    );
  const lists = (side: 0 | 1) =>
    ends(side).map((own) =>
      Array.from({ length: nodes }, (_, node) =>
        padded(
          own.flatMap((end, edge) => (end === node ? [edge] : [])),
          MOST,
        ),
      ),
    );
  return {
    senders: tf.tensor2d(ends(0) as number[][], [graphs.length, edges], 'int32'),
    receivers: tf.tensor2d(ends(1) as number[][], [graphs.length, edges], 'int32'),
    outgoing: tf.tensor3d(lists(0) as number[][][], [graphs.length, nodes, MOST], 'int32'),
    incoming: tf.tensor3d(lists(1) as number[][][], [graphs.length, nodes, MOST], 'int32'),
    isNode: tf.tensor2d(graphs.map((graph) => Array.from({ length: nodes }, (_, node) => (node < graph.nodes ? 1 : 0)))),
  };
}

const random = (stream: number, shape: readonly number[]): tf.Tensor =>
  tf.tensor(
    normals(
      stream,
      0,
      0,
      shape.reduce((product, extent) => product * extent, 1),
    ),
    [...shape],
  );

const passOf = ({ specs }: Parameters): Pass => ({
  params: specs.map(({ shape }, index) => random(100 + index, [RUNS, ...shape])),
  runs: RUNS,
  batch: BATCH,
  reg: null,
  statisticsRows: BATCH,
});

/** float32: sums of at most some dozens of terms of size 1. */
const expectClose = (found: tf.Tensor, expected: tf.Tensor): void => {
  expect(found.shape).toEqual(expected.shape);
  expect(found.sub(expected).abs().max().arraySync()).toBeLessThan(2e-5);
};

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

describe('looked up along edges', () => {
  const [nodes, edges, n] = [4, 6, 3];
  const connections = connectionsOf(GRAPHS, nodes, edges);
  const pass = passOf(new Parameters());
  /** (R * B, E, N), 1 where the edge has the node at that end. */
  const incidence = (end: 'senders' | 'receivers'): tf.Tensor =>
    tf.oneHot(connections[end] as tf.Tensor2D, nodes, 1, 0, 'float32').tile([RUNS, 1, 1]);

  test.each(['senders', 'receivers'] as const)('values at the %s, and their gradient, are products with the incidence matrix', (end) => {
    const h = random(1, [RUNS * BATCH, nodes, n]);
    const weights = random(2, [RUNS * BATCH, edges, n]);
    expectClose(valuesAtEnds(pass, h, end, connections), incidence(end).matMul(h));
    const gradient = tf.grad((x) => valuesAtEnds(pass, x, end, connections).mul(weights).sum())(h);
    expectClose(gradient, incidence(end).matMul(weights, true));
  });

  test.each([
    ['outgoing', 'senders'],
    ['incoming', 'receivers'],
  ] as const)('sums over %s edges, and their gradient, are products with the incidence matrix', (way, end) => {
    const h = random(1, [RUNS * BATCH, edges, n]);
    const weights = random(2, [RUNS * BATCH, nodes, n]);
    expectClose(sumsOverEdges(pass, h, way, connections), incidence(end).matMul(h, true));
    const gradient = tf.grad((x) => sumsOverEdges(pass, x, way, connections).mul(weights).sum())(h);
    expectClose(gradient, incidence(end).matMul(weights));
  });
});

describe('a round of message passing', () => {
  const [inputs, first, last] = [2, 4, 3];

  /** Straight from the definition for one graph of one run: features (rows, inputs), globals (1, inputs). */
  function plainRound({ params }: Pass, specs: Parameters['specs'], run: number, graph: GraphSpec, own: readonly tf.Tensor[]): tf.Tensor[] {
    const of = (name: string): tf.Tensor =>
      (params[specs.findIndex((spec) => spec.name === `r.${name}`)] as tf.Tensor).gather([run]).squeeze([0]);
    const normal = (h: tf.Tensor, name: string): tf.Tensor => {
      const { mean, variance } = tf.moments(h, -1, true);
      return h
        .sub(mean)
        .div(variance.add(1e-5).sqrt())
        .mul(of(`${name}.scale`))
        .add(of(`${name}.offset`));
    };
    const update = (h: tf.Tensor, W: tf.Tensor, name: string): tf.Tensor => {
      const hidden = normal(h.matMul(W).add(of(`${name}.own.b`)), `${name}.norm0`).tanh();
      return normal(hidden.matMul(of(`${name}.1.W`)).add(of(`${name}.1.b`)), `${name}.norm1`).tanh();
    };
    const [nodes, edges, globals] = own as [tf.Tensor, tf.Tensor, tf.Tensor];
    const ends = (side: 0 | 1): number[] => graph.edges.map((edge) => edge[side]);
    const all = (rows: number): tf.Tensor => globals.tile([rows, 1]);
    const newEdges = update(
      tf.concat([edges, nodes.gather(ends(0)), nodes.gather(ends(1)), all(graph.edges.length)], 1),
      tf.concat([of('edges.own.W'), ...of('edges.nodes.W').split(2, 1), of('edges.globals.W')], 0),
      'edges',
    );
    const sums = (side: 0 | 1): tf.Tensor => tf.unsortedSegmentSum(newEdges, tf.tensor1d(ends(side), 'int32'), graph.nodes);
    const newNodes = update(
      tf.concat([nodes, sums(0), sums(1), all(graph.nodes)], 1),
      tf.concat([of('nodes.own.W'), of('nodes.globals.W')], 0),
      'nodes',
    );
    const newGlobals = update(tf.concat([newNodes.sum(0, true), newEdges.sum(0, true), globals], 1), of('globals.own.W'), 'globals');
    return [newNodes, newEdges, newGlobals];
  }

  test.each([0, 3])(
    'updates edges, nodes and globals from what they are next to; %s more places for nodes and edges change nothing',
    (more) => {
      const [N, E] = [4 + more, 5 + more];
      const parameters = new Parameters();
      const round = graphNetwork(parameters, 'r', { inputs, hasGlobals: true, hidden: [first, last], activation: 'tanh' });
      const pass = passOf(parameters);
      const features = {
        nodes: random(1, [RUNS * BATCH, N, inputs]),
        edges: random(2, [RUNS * BATCH, E, inputs]),
        globals: random(3, [RUNS * BATCH, 1, inputs]),
      };
      const found = round(pass, features, connectionsOf(GRAPHS, N, E));
      for (let run = 0; run < RUNS; run++) {
        GRAPHS.forEach((graph, index) => {
          const rows = { nodes: graph.nodes, edges: graph.edges.length, globals: 1 };
          const cut = (of: { readonly [name in keyof typeof rows]: tf.Tensor | null }): tf.Tensor[] =>
            (['nodes', 'edges', 'globals'] as const).map((name) =>
              (of[name] as tf.Tensor).slice([run * BATCH + index, 0, 0], [1, rows[name], -1]).squeeze([0]),
            );
          const expected = plainRound(pass, parameters.specs, run, graph, cut(features));
          cut(found).forEach((values, part) => {
            expectClose(values, expected[part] as tf.Tensor);
          });
        });
      }
    },
  );

  test('starts with first products of variance 1 over all that is concatenated, and leaves out globals that are not there yet', () => {
    const names = (hasGlobals: boolean): readonly string[] => {
      const parameters = new Parameters();
      graphNetwork(parameters, 'r', { inputs: 64, hasGlobals, hidden: [64], activation: 'relu' });
      const W = parameters.specs.find(({ name }) => name === 'r.edges.nodes.W')?.init(1, 0) as Float32Array;
      const variance = W.reduce((sum, value) => sum + value * value, 0) / W.length;
      // 5 standard errors of the variance of 8,192 normal numbers.
      expect(Math.abs(variance * 64 * (hasGlobals ? 4 : 3) - 1)).toBeLessThan(5 * Math.sqrt(2 / W.length));
      return parameters.specs.map(({ name }) => name);
    };
    expect(names(true).length - names(false).length).toBe(2);
  });
});
