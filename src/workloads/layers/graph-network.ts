import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import { ACTIVATIONS, type Activation } from './activations.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { type Connections, sumsOverEdges, valuesAtEnds } from './graph.ts';
import { layerNorm } from './normalization.ts';
import type { Layer, Parameters, Pass } from './pass.ts';

/** Features of the graphs of a batch. */
export interface GraphFeatures {
  readonly nodes: Tensor; // (R * B, N, n)
  readonly edges: Tensor; // (R * B, E, n)
  /** Of each graph as a whole; null before the first round, where there are none. */
  readonly globals: Tensor | null; // (R * B, 1, n)
}

export interface GraphNetworkOptions {
  /** Width of all incoming features. */
  readonly inputs: number;
  /** Whether globals come in. */
  readonly hasGlobals: boolean;
  /** Widths of the layers of each update; the last one is that of all outgoing features. */
  readonly hidden: readonly [number, ...number[]];
  readonly activation: Activation;
}

/**
 * One round of message passing in a graph network (Battaglia et al., 2018, algorithm 1) with sums: each edge is updated from itself, the nodes
 * at both its ends and the globals; each node from itself, the sums of the edges that begin and that end at it, and the globals; the globals
 * from the sums of all nodes and edges, and themselves. Updates are dense layers, each followed by layer norm, activation and dropout.
 *
 * The first dense layer of an update multiplies concatenated features. Here each part is multiplied where there are fewest of it, which is the
 * same: nodes before edges look at them, globals once per graph.
 */
export function graphNetwork(
  parameters: Parameters,
  name: string,
  { inputs, hasGlobals, hidden, activation }: GraphNetworkOptions,
): (pass: Pass, features: GraphFeatures, connections: Connections) => GraphFeatures & { readonly globals: Tensor } {
  const [first] = hidden;
  const outputs = hidden.at(-1) as number;
  const globalInputs = hasGlobals ? inputs : 0;

  /** Part of a first dense layer: weights of variance 1 over the width of everything that is concatenated. */
  const part = (of: string, from: number, all: number, to = first, hasBias = false): Layer =>
    dense(parameters, `${name}.${of}`, from, to, { gain: from / all, hasBias });
  const globalPart = (of: string, all: number): Layer | null => (hasGlobals ? part(of, inputs, all) : null);
  const update = (of: string): Layer => rest(parameters, `${name}.${of}`, hidden, activation);

  const edgeWidth = 3 * inputs + globalInputs;
  const edgesOwn = part('edges.own', inputs, edgeWidth, first, true);
  const edgesNodes = part('edges.nodes', inputs, edgeWidth, 2 * first);
  const edgesGlobals = globalPart('edges.globals', edgeWidth);
  const updateEdges = update('edges');

  const nodeWidth = inputs + 2 * outputs + globalInputs;
  const nodesOwn = part('nodes.own', inputs + 2 * outputs, nodeWidth, first, true);
  const nodesGlobals = globalPart('nodes.globals', nodeWidth);
  const updateNodes = update('nodes');

  const globalWidth = 2 * outputs + globalInputs;
  const globalsOwn = part('globals.own', globalWidth, globalWidth, first, true);
  const updateGlobals = update('globals');

  return (pass, { nodes, edges, globals }, connections) => {
    const withGlobals = (sum: Tensor, layer: Layer | null): Tensor =>
      layer === null || globals === null ? sum : sum.add(layer(pass, globals));

    const [fromSender, fromReceiver] = edgesNodes(pass, nodes).split(2, -1) as [Tensor, Tensor]; // (R * B, N, first) each
    const beforeEdges = edgesOwn(pass, edges)
      .add(valuesAtEnds(pass, fromSender, 'senders', connections))
      .add(valuesAtEnds(pass, fromReceiver, 'receivers', connections));
    const newEdges = updateEdges(pass, withGlobals(beforeEdges, edgesGlobals));

    const sent = sumsOverEdges(pass, newEdges, 'outgoing', connections);
    const received = sumsOverEdges(pass, newEdges, 'incoming', connections);
    const beforeNodes = nodesOwn(pass, tf.concat([nodes, sent, received], -1));
    const newNodes = updateNodes(pass, withGlobals(beforeNodes, nodesGlobals));

    // Every edge ends at one node, and those that are none end nowhere.
    const sums = [sumOfNodes(pass, newNodes, connections), received.sum(1, true)];
    const beforeGlobals = globalsOwn(pass, tf.concat(globals === null ? sums : [...sums, globals], -1));
    return { nodes: newNodes, edges: newEdges, globals: updateGlobals(pass, beforeGlobals) };
  };
}

/** What follows the first dense layer of an update. */
function rest(parameters: Parameters, name: string, hidden: readonly number[], activation: Activation): Layer {
  const layers = hidden.map((width, index) => {
    const linear = index === 0 ? null : dense(parameters, `${name}.${index}`, hidden[index - 1] as number, width);
    const norm = layerNorm(parameters, `${name}.norm${index}`, width);
    const drop = dropout(parameters);
    return (pass: Pass, h: Tensor): Tensor => drop(pass, ACTIVATIONS[activation](norm(pass, linear === null ? h : linear(pass, h))));
  });
  return (pass, h) => layers.reduce((value, layer) => layer(pass, value), h);
}

/** (R * B, N, n) -> (R * B, 1, n) */
function sumOfNodes({ runs, batch }: Pass, nodes: Tensor, { isNode }: Connections): Tensor {
  const [graphs, count, n] = nodes.shape as [number, number, number];
  return nodes
    .reshape([runs, batch * count, n])
    .mul(isNode.reshape([-1, batch * count, 1]))
    .reshape([graphs, count, n])
    .sum(1, true);
}
