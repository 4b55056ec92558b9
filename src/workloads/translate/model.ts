import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import type { Network, Regularization } from '../definition.ts';
import { MASKED } from '../layers/attention.ts';
import { dropout } from '../layers/dropout.ts';
import { embedding } from '../layers/embedding.ts';
import { logSumExp } from '../layers/log-sum-exp.ts';
import { leadOf, Parameters, type Pass } from '../layers/pass.ts';
import { sinusoids } from '../layers/positions.ts';
import { type BlockOptions, decoderLayer, encoderLayer, lastNorm } from './blocks.ts';
import { PADDING } from './byte-pairs.ts';

export interface TransformerOptions extends BlockOptions {
  /** Tokens in the shared vocabulary. */
  readonly words: number;
  /** Tokens of a target row, its end included: so many are decoded. */
  readonly targetLength: number;
  /** Layers of encoder and of decoder. */
  readonly depth: number;
}

/** Keys and values of one layer's attention: (R * B, heads, T, width / heads). */
interface Kept {
  readonly k: Tensor;
  readonly v: Tensor;
}

/** What decoders need of a source. */
interface Encoded {
  /** For the cross attention of each layer. */
  readonly memory: readonly Kept[];
  /** Hides its padding: (R * B, 1, 1, S). */
  readonly mask: Tensor;
}

/** Tokens (lead * B, S) -> the mask that hides padding, (R * B, 1, 1, S). */
function maskOf(pass: Pass, tokens: Tensor): Tensor {
  const mask = tokens.equal(PADDING).cast('float32').mul(MASKED).expandDims(1).expandDims(1);
  return leadOf(pass, tokens) === pass.runs ? mask : mask.tile([pass.runs, 1, 1, 1]);
}

/** Hides what comes later: (1, 1, length, length). */
const futureMask = (length: number): Tensor =>
  tf.tensor4d(
    Array.from({ length: length ** 2 }, (_, i) => (i % length > Math.floor(i / length) ? MASKED : 0)),
    [1, 1, length, length],
  );

/** What a decoder is given when each token is asked for: the tokens before it, (lead * B, T), padding as the first one. */
function shifted(tokens: Tensor): Tensor {
  const [rows, length] = tokens.shape as [number, number];
  const shift: [number, number][] = [
    [0, 0],
    [1, 0],
  ];
  return tokens.slice([0, 0], [rows, length - 1]).pad(shift, PADDING);
}

/** An encoder and a decoder that share one table of words with the output. See `translate.ts`. */
export function transformer(options: TransformerOptions): Network {
  const { words, targetLength, width, depth } = options;
  const parameters = new Parameters();
  const { look, table } = embedding(parameters, 'words', words, width, 1);
  const dropSource = dropout(parameters);
  const encoderLayers = Array.from({ length: depth }, (_, index) => encoderLayer(parameters, `encoder${index}`, options));
  const lastEncoded = lastNorm(parameters, 'encoder', options);
  const dropTarget = dropout(parameters);
  const decoderLayers = Array.from({ length: depth }, (_, index) => decoderLayer(parameters, `decoder${index}`, options));
  const lastDecoded = lastNorm(parameters, 'decoder', options);

  /** Tokens (lead * B, T) at positions from `first` on: (R * B, T, width). */
  const embed = (pass: Pass, tokens: Tensor, first = 0): Tensor => {
    const length = tokens.shape[1] as number;
    const positions = sinusoids(first + length, width).subarray(first * width);
    return look(pass, tokens).add(tf.tensor3d(positions, [1, length, width]));
  };

  /** @param source (lead * B, S) */
  const encode = (pass: Pass, source: Tensor): Encoded => {
    const mask = maskOf(pass, source);
    const hidden = encoderLayers.reduce((h, layer) => layer(pass, h, mask), dropSource(pass, embed(pass, source)));
    const encoded = lastEncoded(pass, hidden);
    return { mask, memory: decoderLayers.map(({ cross }) => ({ k: cross.key(pass, encoded), v: cross.value(pass, encoded) })) };
  };

  /** Hidden states (R * B, T, width) to logits (R, B * T, words). */
  const logitsOf = (pass: Pass, h: Tensor): Tensor =>
    lastDecoded(pass, h)
      .reshape([pass.runs, -1, width])
      .matMul(table(pass), false, true)
      .mul(width ** -0.5);

  /** Logits of every token of a target (lead * B, T), with all before it given: (R, B * T, words). */
  const force = (pass: Pass, { memory, mask }: Encoded, target: Tensor): Tensor => {
    const future = futureMask(targetLength);
    const decoded = decoderLayers.reduce(
      (h, { self, cross, apply }, index) => {
        const { k, v } = memory[index] as Kept;
        return apply(
          pass,
          h,
          (x) => self.attend(pass, x, x, future),
          (x) => cross.mix(pass, cross.query(pass, x), k, v, mask),
        );
      },
      dropTarget(pass, embed(pass, shifted(target))),
    );
    return logitsOf(pass, decoded);
  };

  /**
   * Greedy translation, (R * B, T) token numbers: each the most probable one after those before it. What follows an end means nothing. Every step
   * adds its keys and values to those that are kept, so that shapes grow. In a cache of full length with masks all steps would share kernels (56
   * pipelines instead of 84 on a software GPU, which makes no measurable difference there), for more work: 14.8 instead of 11.8 ms on WASM.
   */
  const decode = (pass: Pass, { memory, mask }: Encoded): Tensor => {
    const said: Tensor[] = [];
    const kept: (Kept | undefined)[] = [];
    let token: Tensor = tf.fill([pass.batch, 1], PADDING, 'int32');
    for (let step = 0; step < targetLength; step++) {
      const decoded = decoderLayers.reduce(
        (h, { self, cross, apply }, index) => {
          const { k, v } = memory[index] as Kept;
          const toSaid = (x: Tensor): Tensor => {
            const [before, own] = [kept[index], { k: self.key(pass, x), v: self.value(pass, x) }];
            const all = before === undefined ? own : { k: before.k.concat(own.k, 2), v: before.v.concat(own.v, 2) };
            kept[index] = all;
            return self.mix(pass, self.query(pass, x), all.k, all.v);
          };
          return apply(pass, h, toSaid, (x) => cross.mix(pass, cross.query(pass, x), k, v, mask));
        },
        embed(pass, token, step),
      );
      token = logitsOf(pass, decoded)
        .argMax(-1)
        .reshape([pass.runs * pass.batch, 1]);
      said.push(token);
    }
    return tf.concat(said, 1);
  };

  const passOf = (params: readonly Tensor[], source: Tensor, reg: Regularization | null): Pass => {
    const batch = source.shape[1] as number;
    return { params, runs: params[0]?.shape[0] as number, batch, reg, statisticsRows: batch };
  };
  /** (lead, B, T) -> (lead * B, T) */
  const rowsOf = (tokens: Tensor): Tensor => tokens.reshape([-1, tokens.shape[2] as number]);

  return {
    parameters: parameters.specs,
    trainLoss(params, { tensors }, reg) {
      const [source, target] = [tensors.source, tensors.target] as [Tensor, Tensor];
      const pass = passOf(params, source, reg);
      const logits = force(pass, encode(pass, rowsOf(source)), rowsOf(target));
      const { plain, smoothed, isReal } = tokenLosses(logits, target, reg.labelSmoothing);
      const count = isReal.sum(-1); // (lead)
      return { loss: plain.sum(-1).div(count), objective: smoothed.sum(-1).div(count) };
    },
    predict(params, { tensors }) {
      const [source, target] = [tensors.source, tensors.target] as [Tensor, Tensor];
      const pass = passOf(params, source, null);
      const encoded = encode(pass, rowsOf(source));
      const { plain } = tokenLosses(force(pass, encoded, rowsOf(target)), target, tf.zeros([pass.runs, 1]));
      const ofRows = (values: Tensor): Tensor => values.reshape([pass.runs, pass.batch, targetLength]);
      return ofRows(plain)
        .sum(-1, true)
        .concat(ofRows(decode(pass, encoded).cast('float32')), -1);
    },
  };
}

/**
 * Cross-entropy in nats of every target token with plain and with smoothed labels, 0 for padding, and what is no padding: (R or lead, B * T).
 *
 * @param logits (R, B * T, words)
 * @param target (lead, B, T)
 * @param smoothing (R, 1)
 */
function tokenLosses(logits: Tensor, target: Tensor, smoothing: Tensor) {
  const [, tokens, words] = logits.shape as [number, number, number];
  const flat = target.reshape([-1, tokens]);
  const isReal = flat.notEqual(PADDING).cast('float32');
  const total = logSumExp(logits); // (R, B * T)
  const plain = total.sub(logits.mul(tf.oneHot(flat.cast('int32'), words)).sum(-1));
  const uniform = total.sub(logits.mean(-1));
  const smoothed = plain.mul(smoothing.neg().add(1)).add(uniform.mul(smoothing));
  return { plain: plain.mul(isReal), smoothed: smoothed.mul(isReal), isReal };
}
