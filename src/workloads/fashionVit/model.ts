import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import { classPredictions, crossEntropies } from '../classification.ts';
import type { Network, Regularization } from '../definition.ts';
import { ACTIVATIONS } from '../layers/activations.ts';
import { attention, headsOf } from '../layers/attention.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { layerNorm } from '../layers/normalization.ts';
import { type Layer, Parameters, type Pass } from '../layers/pass.ts';
import { residual } from '../layers/residual.ts';
import { cutPatches, gridPositions } from './patches.ts';

export interface VitOptions {
  /** Pixels along each side of the images. */
  readonly side: number;
  /** Pixels along each side of a patch; divides the side. */
  readonly patch: number;
  readonly classes: number;
  readonly width: number;
  readonly depth: number;
  /** Hidden units of an MLP are gated by a further layer of them. */
  readonly isGated: boolean;
  /** Where layer normalization is: in front of each part of a block, or behind its residual sum. */
  readonly isPostNorm: boolean;
  /** Tokens are pooled by attention of one learned query, instead of by their mean. */
  readonly isPooledByAttention: boolean;
}

/** Hidden units of an MLP over the width. */
const EXPANSION = 4;
/** A head is at least this wide. */
const HEAD_WIDTH = 8;
/** Of the positions: 10,000 in AlgoPerf, whose grid is 14 patches wide; here most frequencies would be the same at all places. */
const TEMPERATURE = 10;

/** Two dense layers with GELU between them; the gate is a third one that multiplies what it reads (AlgoPerf's `glu`). */
function mlp(parameters: Parameters, name: string, width: number, isGated: boolean): Layer {
  const hidden = EXPANSION * width;
  const first = dense(parameters, `${name}.1`, width, hidden);
  const gate = isGated ? dense(parameters, `${name}.gate`, hidden, hidden) : null;
  const drop = dropout(parameters);
  const second = dense(parameters, `${name}.2`, hidden, width);
  return (pass, h) => {
    const active = ACTIVATIONS.gelu(first(pass, h));
    return second(pass, drop(pass, gate === null ? active : active.mul(gate(pass, active))));
  };
}

/** A part that stands beside a residual connection. */
function beside(parameters: Parameters, name: string, width: number, isPostNorm: boolean, part: Layer): Layer {
  const add = residual(parameters, name, { width, isPostNorm });
  return (pass, h) => add(pass, h, (x) => part(pass, x));
}

/** A vision transformer over the run axis. See `fashionVit.ts`. */
export function vit({ side, patch, classes, width, depth, isGated, isPostNorm, isPooledByAttention }: VitOptions): Network {
  const parameters = new Parameters();
  const grid = side / patch;
  const heads = headsOf(width, HEAD_WIDTH);
  const positions = gridPositions(grid, width, TEMPERATURE);
  const embed = dense(parameters, 'patches', patch * patch, width);
  const dropTokens = dropout(parameters);
  const blocks = Array.from({ length: depth }, (_, block): readonly Layer[] => {
    const { attend } = attention(parameters, `block${block}.attention`, { width, heads });
    return [
      beside(parameters, `block${block}.attention`, width, isPostNorm, (pass, h) => attend(pass, h, h)),
      beside(parameters, `block${block}.mlp`, width, isPostNorm, mlp(parameters, `block${block}.mlp`, width, isGated)),
    ];
  }).flat();
  const normalizeLast: Layer = isPostNorm ? (_pass, h) => h : layerNorm(parameters, 'last.norm', width);
  const pool = isPooledByAttention ? attentionPool(parameters, width, heads) : (_pass: Pass, h: Tensor): Tensor => h.mean(1);
  const representation = dense(parameters, 'representation', width, width);
  const head = dense(parameters, 'head', width, classes);

  /** Logits (R, B, C) of images (1 or R, B, pixels). */
  const logits = (params: readonly Tensor[], x: Tensor, reg: Regularization | null): Tensor => {
    const [lead, batch] = x.shape as [number, number];
    const runs = params[0]?.shape[0] as number;
    const pass: Pass = { params, runs, batch, reg, statisticsRows: batch };
    const cut = cutPatches(x.reshape([lead * batch, side * side]), side, patch);
    const embedded = embed(pass, cut).add(tf.tensor3d(positions, [1, grid * grid, width]));
    const tokens = blocks.reduce<Tensor>((h, block) => block(pass, h), dropTokens(pass, embedded)); // (R * B, T, width)
    const pooled = pool(pass, normalizeLast(pass, tokens)); // (R * B, width)
    return head(pass, representation(pass, pooled).tanh()).reshape([runs, batch, classes]);
  };

  return {
    parameters: parameters.specs,
    trainLoss(params, { tensors: { x, y } }, reg) {
      const { plain, smoothed } = crossEntropies(logits(params, x as Tensor, reg), y as Tensor, reg.labelSmoothing);
      return { loss: plain, objective: smoothed };
    },
    predict: (params, { tensors: { x, y } }) => classPredictions(logits(params, x as Tensor, null), y as Tensor),
  };
}

/**
 * Attention of one learned query, then an MLP beside a residual connection (Lee et al., 2019, section 3.2; AlgoPerf's `MAPHead`):
 * (R * B, T, width) -> (R * B, width).
 */
function attentionPool(parameters: Parameters, width: number, heads: number): Layer {
  const probe = parameters.normal('pool.probe', [1, width], Math.sqrt(2 / (1 + width)));
  const { attend } = attention(parameters, 'pool.attention', { width, heads });
  const transform = beside(parameters, 'pool.mlp', width, false, mlp(parameters, 'pool.mlp', width, false));
  return (pass, h) => {
    const { runs, batch } = pass;
    const queries = probe(pass) // (R, 1, width)
      .tile([1, batch, 1])
      .reshape([runs * batch, 1, width]);
    return transform(pass, attend(pass, queries, h)).reshape([runs * batch, width]);
  };
}
