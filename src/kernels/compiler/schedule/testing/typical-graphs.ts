import type { Graph, ValueId } from '../../graph.ts';
import { GraphBuilder } from '../../graph-builder.ts';
import { indexMap, transposeMap } from '../../index-map.ts';

interface MlpSizes {
  /** Widths from the inputs to the classes. */
  readonly sizes: readonly number[];
  readonly batch: number;
  /** Rows of the data. */
  readonly rows: number;
}

/** Value and gradient of a ReLU network's mean cross-entropy: what tracing such a workload gives. */
export function mlpStep({ sizes, batch, rows }: MlpSizes): Graph {
  const builder = new GraphBuilder();
  const layers = sizes.slice(1).map((outputs, layer) => ({ inputs: sizes[layer] as number, outputs }));
  const total = layers.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);
  const params = builder.input('params', total, 'float32', 'run');
  const indices = builder.input('indices', batch, 'int32', 'run');
  const classes = sizes.at(-1) as number;
  const data = (name: string, size: number): ValueId =>
    builder.gather(builder.input(`data:${name}`, rows * size, 'float32', 'shared'), indices, size);
  const y = data('y', classes);

  const activations = [data('x', sizes[0] as number)];
  const weights: ValueId[] = [];
  let offset = 0;
  layers.forEach(({ inputs, outputs }, layer) => {
    const W = builder.view(params, indexMap([inputs * outputs], [1], offset));
    const b = builder.view(params, indexMap([outputs], [1], offset + inputs * outputs));
    offset += (inputs + 1) * outputs;
    weights.push(W);
    const product = builder.matmul(activations[layer] as ValueId, W, { batch: 1, m: batch, n: outputs, k: inputs });
    const z = builder.binary('add', product, builder.view(b, indexMap([batch, outputs], [0, 1])));
    activations.push(layer < layers.length - 1 ? relu(builder, z, batch * outputs) : z);
  });

  const { losses, gradient } = crossEntropy(builder, activations.pop() as ValueId, y, batch, classes);
  const mean = builder.binary('div', builder.reduce('sum', losses, batch), builder.constant(batch, 1));
  let dz = builder.binary('div', gradient, builder.constant(batch, batch * classes));
  const pieces: ValueId[] = [];
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const { inputs, outputs } = layers[layer] as (typeof layers)[number];
    const h = activations[layer] as ValueId;
    const db = builder.reduce('sum', builder.view(dz, transposeMap([batch, outputs], [1, 0])), batch);
    const hT = builder.view(h, transposeMap([batch, inputs], [1, 0]));
    pieces.unshift(builder.matmul(hT, dz, { batch: 1, m: inputs, n: outputs, k: batch }), db);
    if (layer === 0) break;
    const WT = builder.view(weights[layer] as ValueId, transposeMap([inputs, outputs], [1, 0]));
    const dh = builder.matmul(dz, WT, { batch: 1, m: batch, n: inputs, k: outputs });
    const zero = builder.constant(0, batch * inputs);
    dz = builder.select(builder.binary('lt', zero, h), dh, zero);
  }
  return builder.finish({ grads: builder.concat(pieces, 1), objective: mean, loss: mean });
}

/** Cross-entropy of (rows, cols) logits to given targets, and its gradient. */
export function softmaxCrossEntropy(rows: number, cols: number): Graph {
  const builder = new GraphBuilder();
  const logits = builder.input('logits', rows * cols, 'float32', 'run');
  const targets = builder.input('targets', rows * cols, 'float32', 'run');
  return builder.finish({ ...crossEntropy(builder, logits, targets, rows, cols) });
}

/** Layer norm of (rows, cols) with a gain, its gradient by the input and by the gain. */
export function layerNorm(rows: number, cols: number): Graph {
  const builder = new GraphBuilder();
  const size = rows * cols;
  const [x, dy] = ['x', 'dy'].map((name) => builder.input(name, size, 'float32', 'run')) as [ValueId, ValueId];
  const gain = builder.view(builder.input('gain', cols, 'float32', 'run'), indexMap([rows, cols], [0, 1]));
  const overRow = (id: ValueId): ValueId => builder.view(id, indexMap([rows, cols], [1, 0]));
  const mean = (id: ValueId): ValueId => overRow(builder.binary('div', builder.reduce('sum', id, cols), builder.constant(cols, rows)));
  const centred = builder.binary('sub', x, mean(x));
  const variance = mean(builder.binary('mul', centred, centred));
  const deviation = builder.unary('sqrt', builder.binary('add', variance, builder.constant(1e-5, size)));
  const normal = builder.binary('div', centred, deviation);
  const dNormal = builder.binary('mul', dy, gain);
  const along = builder.binary('mul', normal, mean(builder.binary('mul', dNormal, normal)));
  const dx = builder.binary('div', builder.binary('sub', builder.binary('sub', dNormal, mean(dNormal)), along), deviation);
  const dGain = builder.reduce('sum', builder.view(builder.binary('mul', dy, normal), transposeMap([rows, cols], [1, 0])), rows);
  return builder.finish({ y: builder.binary('mul', normal, gain), dx, dGain });
}

/** A step of Adam that also counts and reports the squared norm of the gradient. */
export function adamStep(n: number): { readonly graph: Graph; readonly inPlace: Readonly<Record<string, string>> } {
  const builder = new GraphBuilder();
  const [x, g, m, v] = ['x', 'g', 'm', 'v'].map((name) => builder.input(name, n, 'float32', 'run')) as [ValueId, ValueId, ValueId, ValueId];
  const k = builder.input('k', 1, 'int32', 'run');
  const scaled = (id: ValueId, by: number): ValueId => builder.binary('mul', id, builder.constant(by, n));
  const square = builder.binary('mul', g, g);
  const mNext = builder.binary('add', scaled(m, 0.9), scaled(g, 0.1));
  const vNext = builder.binary('add', scaled(builder.unary('abs', v), 0.99), scaled(square, 0.01));
  const root = builder.binary('add', builder.unary('sqrt', vNext), builder.constant(1e-8, n));
  const rate = builder.binary(
    'div',
    builder.constant(1, 1),
    builder.unary('toFloat', builder.binary('add', k, builder.constant(1, 1, 'int32'))),
  );
  const xNext = builder.binary('sub', x, builder.binary('mul', builder.spread(rate, n), builder.binary('div', mNext, root)));
  const graph = builder.finish({
    nextX: xNext,
    nextM: mNext,
    nextV: vNext,
    nextK: builder.binary('add', k, builder.constant(1, 1, 'int32')),
    norm: builder.reduce('sum', square, n),
  });
  return { graph, inPlace: { nextX: 'x', nextM: 'm', nextV: 'v', nextK: 'k' } };
}

function relu(builder: GraphBuilder, z: ValueId, size: number): ValueId {
  const zero = builder.constant(0, size);
  return builder.select(builder.binary('lt', z, zero), zero, z);
}

function crossEntropy(builder: GraphBuilder, logits: ValueId, targets: ValueId, rows: number, cols: number) {
  const overRow = (id: ValueId): ValueId => builder.view(id, indexMap([rows, cols], [1, 0]));
  const shifted = builder.binary('sub', logits, overRow(builder.reduce('max', logits, cols)));
  const e = builder.unary('exp', shifted);
  const sum = builder.reduce('sum', e, cols);
  const logs = builder.binary('sub', shifted, overRow(builder.unary('log', sum)));
  const losses = builder.unary('neg', builder.reduce('sum', builder.binary('mul', targets, logs), cols));
  const gradient = builder.binary('sub', builder.binary('div', e, overRow(sum)), targets);
  return { losses, gradient };
}
