import type { Tensor } from '../../kernels/tf.ts';
import { type Attention, attention, headsOf } from '../layers/attention.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { layerNorm } from '../layers/normalization.ts';
import type { Layer, Parameters, Pass } from '../layers/pass.ts';
import { residual } from '../layers/residual.ts';

/** What the layers of both sides have in common. */
export interface BlockOptions {
  readonly width: number;
  /** Where layer normalization is: in front of each part of a layer, or behind its residual sum. */
  readonly isPostNorm: boolean;
  /** Factor of the logits of attention. */
  readonly temperature: number;
  /** Hidden units are tanh and gated by a further layer, instead of ReLU. */
  readonly isGated: boolean;
}

/** A head is at least this wide. */
const HEAD_WIDTH = 16;

/** Without biases, as in AlgoPerf. */
const attentionOf = (parameters: Parameters, name: string, { width, temperature }: BlockOptions): Attention =>
  attention(parameters, name, { width, heads: headsOf(width, HEAD_WIDTH), temperature, hasBias: false });

/** Hidden units are as many as channels, as in AlgoPerf. */
function feedForward(parameters: Parameters, name: string, { width, isGated }: BlockOptions): Layer {
  const first = dense(parameters, `${name}.1`, width, width);
  const gate = isGated ? dense(parameters, `${name}.gate`, width, width) : null;
  const drop = dropout(parameters);
  const second = dense(parameters, `${name}.2`, width, width);
  return (pass, h) => {
    const active = gate === null ? first(pass, h).relu() : first(pass, h).tanh().mul(gate(pass, h));
    return second(pass, drop(pass, active));
  };
}

/** What follows the last layer: a normalization where the layers have theirs in front. */
export const lastNorm = (parameters: Parameters, name: string, { width, isPostNorm }: BlockOptions): Layer =>
  isPostNorm ? (_pass, h) => h : layerNorm(parameters, `${name}.norm`, width);

/** (R * B, S, width) -> the same; `mask` as in `attention`. */
export type EncoderLayer = (pass: Pass, h: Tensor, mask: Tensor) => Tensor;

export function encoderLayer(parameters: Parameters, name: string, options: BlockOptions): EncoderLayer {
  const besideSelf = residual(parameters, `${name}.self`, options);
  const self = attentionOf(parameters, `${name}.self`, options);
  const besideForward = residual(parameters, `${name}.forward`, options);
  const forward = feedForward(parameters, `${name}.forward`, options);
  return (pass, h, mask) => {
    const mixed = besideSelf(pass, h, (x) => self.attend(pass, x, x, mask));
    return besideForward(pass, mixed, (x) => forward(pass, x));
  };
}

export interface DecoderLayer {
  readonly self: Attention;
  readonly cross: Attention;
  /** (R * B, T, width) -> the same. How the two attentions get their keys and values is the caller's: at once, or token by token. */
  readonly apply: (pass: Pass, h: Tensor, toSaid: (h: Tensor) => Tensor, toSource: (h: Tensor) => Tensor) => Tensor;
}

export function decoderLayer(parameters: Parameters, name: string, options: BlockOptions): DecoderLayer {
  const besideSelf = residual(parameters, `${name}.self`, options);
  const self = attentionOf(parameters, `${name}.self`, options);
  const besideCross = residual(parameters, `${name}.cross`, options);
  const cross = attentionOf(parameters, `${name}.cross`, options);
  const besideForward = residual(parameters, `${name}.forward`, options);
  const forward = feedForward(parameters, `${name}.forward`, options);
  return {
    self,
    cross,
    apply: (pass, h, toSaid, toSource) => {
      const mixed = besideCross(pass, besideSelf(pass, h, toSaid), toSource);
      return besideForward(pass, mixed, (x) => forward(pass, x));
    },
  };
}
