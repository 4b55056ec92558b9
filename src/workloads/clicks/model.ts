import type { Tensor } from '../../kernels/tf.ts';
import { binaryCrossEntropies } from '../binary.ts';
import type { Batch, Network, Regularization } from '../definition.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { embedding } from '../layers/embedding.ts';
import { layerNorm } from '../layers/normalization.ts';
import { type Layer, Parameters, type Pass } from '../layers/pass.ts';

export interface ClicksShape {
  readonly denseFields: number;
  /** Categorical fields. */
  readonly fields: number;
  /** Rows of the one table of all fields. */
  readonly tableRows: number;
  /** Of an embedding. */
  readonly width: number;
  /** Hidden layers of the top network. */
  readonly depth: number;
  /** Standard deviation of the table at the start. */
  readonly deviation: number;
  /** Layer normalization after every hidden layer, and of the embeddings. */
  readonly hasNorm: boolean;
  /** Residual hidden layers, which see the embeddings instead of their dot products. */
  readonly isResidual: boolean;
}

/** Variance 2 / (inputs + outputs), as in DLRM-small (Glorot and Bengio, 2010, eq. 12); there biases start as normal numbers, here at 0. */
const glorotDense = (parameters: Parameters, name: string, inputs: number, outputs: number): Layer =>
  dense(parameters, name, inputs, outputs, { gain: (2 * inputs) / (inputs + outputs) });

/** Hidden layers, each with a ReLU, and in the variant with layer normalization after it: (R * B, inputs) -> (R * B, last size). */
function hiddenLayers(parameters: Parameters, name: string, inputs: number, sizes: readonly number[], hasNorm: boolean): Layer {
  const layers = sizes.map((size, layer) => ({
    apply: glorotDense(parameters, `${name}${layer}`, layer === 0 ? inputs : (sizes[layer - 1] as number), size),
    norm: hasNorm ? layerNorm(parameters, `${name}${layer}.norm`, size) : null,
  }));
  return (pass, input) =>
    layers.reduce((h, { apply, norm }) => {
      const activated = apply(pass, h).relu();
      return norm === null ? activated : norm(pass, activated);
    }, input);
}

/** Layers of equal sizes that add to what they are given, all but the first; `last` changes what the last one adds. */
function residualLayers(parameters: Parameters, name: string, inputs: number, sizes: readonly number[], last: Layer = (_, h) => h): Layer {
  const layers = sizes.map((size, layer) => glorotDense(parameters, `${name}${layer}`, layer === 0 ? inputs : size, size));
  return (pass, input) =>
    layers.reduce((h, apply, layer) => {
      const activated = apply(pass, h).relu();
      if (layer === 0) return activated;
      return h.add(layer === layers.length - 1 ? last(pass, activated) : activated);
    }, input);
}

/**
 * Dot products of every pair of features and of each with itself: h (N, F, width), F odd -> (N, F (F + 1) / 2). Feature i meets feature i + d
 * modulo F for d = 0 .. (F - 1) / 2, which is every pair once.
 */
export function interactions(h: Tensor): Tensor {
  const [N, F, width] = h.shape as [number, number, number];
  const half = (F - 1) / 2;
  const around = h.concat(h.slice([0, 0, 0], [N, half, width]), 1); // (N, F + half, width)
  const [first, ...others] = Array.from({ length: half + 1 }, (_, d) => h.mul(around.slice([0, d, 0], [N, F, width])).sum(-1)) as [
    Tensor,
    ...Tensor[],
  ];
  return first.concat(others, 1);
}

/** What the logit is made of: (R * B, last width of the top layers) from dense fields x (lead * B, ...) and embeddings e (R * B, fields, width). */
type Body = (pass: Pass, x: Tensor, e: Tensor) => Tensor;

/** DLRM-small, its sizes in units of the embeddings' width. */
function dlrm(
  parameters: Parameters,
  { denseFields, fields, width, depth, hasNorm }: ClicksShape,
): { readonly body: Body; readonly outputs: number } {
  const bottom = hiddenLayers(parameters, 'bottom', denseFields, [4 * width, 2 * width, width], hasNorm);
  const norm = hasNorm ? layerNorm(parameters, 'table.norm', width) : null;
  const features = fields + 1;
  const inputs = width + (features * (features + 1)) / 2;
  const top = hiddenLayers(parameters, 'top', inputs, [...Array<number>(depth).fill(8 * width), 4 * width, 2 * width], hasNorm);
  const drop = dropout(parameters);
  return {
    outputs: 2 * width,
    body: (pass, x, e) => {
      const b = bottom(pass, x); // (R * B, width)
      const all = b.expandDims(1).concat(norm === null ? e : norm(pass, e), 1); // (R * B, features, width)
      return drop(pass, top(pass, b.concat(interactions(all), 1)));
    },
  };
}

/** AlgoPerf's variant with residual layers, whose top layers see the embeddings themselves instead of their dot products. */
function residualDlrm(
  parameters: Parameters,
  { denseFields, fields, width, depth }: ClicksShape,
): { readonly body: Body; readonly outputs: number } {
  const size = 2 * width;
  const bottom = residualLayers(parameters, 'bottom', denseFields, [size, size, size]);
  const top = residualLayers(parameters, 'top', size + fields * width, Array<number>(depth + 2).fill(size), dropout(parameters));
  return {
    outputs: size,
    body: (pass, x, e) => top(pass, bottom(pass, x).concat(e.reshape([-1, fields * width]), 1)),
  };
}

/** See `clicks.ts`. Batches hold `dense` (denseFields), `fields` (fields) int32 rows of the table, and `y`, 0 or 1. */
export function clicksModel(shape: ClicksShape): Network {
  const { denseFields, fields, tableRows, width, deviation, isResidual } = shape;
  const parameters = new Parameters();
  const table = embedding(parameters, 'table', tableRows, width, deviation);
  const { body, outputs } = isResidual ? residualDlrm(parameters, shape) : dlrm(parameters, shape);
  const toLogit = glorotDense(parameters, 'logit', outputs, 1);
  /** Logits (R, B). */
  const forward = (params: readonly Tensor[], { tensors }: Batch, reg: Regularization | null): Tensor => {
    const x = tensors.dense as Tensor; // (lead, B, denseFields)
    const batch = x.shape[1] as number;
    const pass: Pass = { params, runs: params[0]?.shape[0] as number, batch, reg, statisticsRows: batch };
    const e = table.look(pass, (tensors.fields as Tensor).reshape([-1, fields]));
    return toLogit(pass, body(pass, x.reshape([-1, denseFields]), e)).reshape([pass.runs, batch]);
  };
  return {
    parameters: parameters.specs,
    trainLoss(params, batch, reg) {
      const loss = binaryCrossEntropies(forward(params, batch, reg), batch.tensors.y as Tensor).mean(-1);
      return { objective: loss, loss };
    },
    predict: (params, batch) => forward(params, batch, null).expandDims(2),
  };
}
