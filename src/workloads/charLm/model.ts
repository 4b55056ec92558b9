import { fillUniform } from '../../kernels/counter-random.ts';
import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import { crossEntropies } from '../classification.ts';
import type { Batch, Network, Regularization, Writer } from '../definition.ts';
import { attention, MASKED } from '../layers/attention.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { embedding } from '../layers/embedding.ts';
import { layerNorm } from '../layers/normalization.ts';
import { Parameters, type Pass } from '../layers/pass.ts';

export interface CharLmShape {
  /** Characters. */
  readonly vocabulary: number;
  readonly width: number;
  /** Blocks. */
  readonly depth: number;
  /** Characters that enter at each position: the newest one and those before it. */
  readonly given: number;
  readonly writing: WritingShape;
}

/** What is written: the first characters of some rows, continued. */
export interface WritingShape {
  readonly rows: number;
  readonly prompt: number;
  /** Characters in all. */
  readonly length: number;
  /** Probabilities are taken to the power of 1 / temperature. */
  readonly temperature: number;
}

/** Heads of 8 numbers, where that divides the width. */
const headsOf = (width: number): number => (width % 8 === 0 ? width / 8 : 1);
/** Units of the hidden layer of a block, in units of the width. */
const HIDDEN = 4;
/** Of the random numbers that characters are drawn with: the same for every run and every evaluation. */
const WRITING_SEED = 1;

/**
 * Linear biases instead of positions (Press, Smith and Lewis, 2022, section 3): head number h of H sees what lies d characters back with
 * 2^(-8 h / H) d taken off the logit, h = 1 .. H.
 */
const slopesOf = (heads: number): readonly number[] => Array.from({ length: heads }, (_, head) => 2 ** ((-8 * (head + 1)) / heads));

/** What is added to the logits of query q and key k: (1, heads, length, length). */
function causalBias(heads: number, length: number): Tensor {
  const positions = Array.from({ length }, (_, position) => position);
  const bias = slopesOf(heads).flatMap((slope) => positions.flatMap((q) => positions.map((k) => (k > q ? MASKED : slope * (k - q)))));
  return tf.tensor4d(bias, [1, heads, length, length]);
}

/** Keys and values that a block looks at, each (R * B, heads, positions, width / heads). */
interface Seen {
  readonly k: Tensor;
  readonly v: Tensor;
}

interface Block {
  readonly heads: number;
  /** h (R * B, T, width) -> the same. `see`: what it looks at, from the keys and values of h. */
  readonly apply: (pass: Pass, h: Tensor, bias: Tensor, see: (own: Seen) => Seen) => Tensor;
}

/** Attention, then two dense layers, each on the layer norm of what it adds to (pre-LN). */
function block(parameters: Parameters, name: string, width: number): Block {
  const heads = headsOf(width);
  const attentionNorm = layerNorm(parameters, `${name}.attention.norm`, width);
  const { query, key, value, mix } = attention(parameters, `${name}.attention`, { width, heads });
  const dropMixed = dropout(parameters);
  const hiddenNorm = layerNorm(parameters, `${name}.norm`, width);
  const up = dense(parameters, `${name}.up`, width, HIDDEN * width, { gain: 2 });
  const down = dense(parameters, `${name}.down`, HIDDEN * width, width);
  const dropHidden = dropout(parameters);
  return {
    heads,
    apply: (pass, h, bias, see) => {
      const normal = attentionNorm(pass, h);
      const { k, v } = see({ k: key(pass, normal), v: value(pass, normal) });
      const mixed = h.add(dropMixed(pass, mix(pass, query(pass, normal), k, v, bias)));
      return mixed.add(dropHidden(pass, down(pass, up(pass, hiddenNorm(pass, mixed)).relu())));
    },
  };
}

/** Padding of an axis that is not padded. */
const NONE: [number, number][] = [[0, 0]];

/** Numbers from 0 on. */
const upTo = (count: number): Tensor => tf.tensor1d(Array.from({ length: count }, (_, index) => index));

/** 1 at an index (1) that is known on the device only, 0 elsewhere: (count). */
const oneAt = (index: Tensor, count: number): Tensor => upTo(count).equal(index).cast('float32');

/** See `charLm.ts`. Batches hold `text`, rows of `given` + T characters, of which the last T are predicted. */
export function charLmModel({ vocabulary, width, depth, given, writing }: CharLmShape): Network {
  const parameters = new Parameters();
  // The newest character first.
  const tables = Array.from({ length: given }, (_, back) => embedding(parameters, `back${back}`, vocabulary, width, given ** -0.5));
  const dropInput = dropout(parameters);
  const blocks = Array.from({ length: depth }, (_, index) => block(parameters, `block${index}`, width));
  const { heads } = blocks[0] as Block;
  const outputNorm = layerNorm(parameters, 'norm', width);
  const toLogits = dense(parameters, 'output', width, vocabulary);

  const passOf = (params: readonly Tensor[], batch: number, reg: Regularization | null): Pass => ({
    params,
    runs: (params[0] as Tensor).shape[0] as number,
    batch,
    reg,
    statisticsRows: batch,
  });
  const sum = (tensors: readonly Tensor[]): Tensor => tensors.reduce((total, tensor) => total.add(tensor));

  /** Logits of what comes after the last character of each list: `characters` (lead * B, T) for each way back, the newest first. */
  const logitsOf = (pass: Pass, characters: readonly Tensor[], bias: Tensor, see: (own: Seen, index: number) => Seen): Tensor => {
    const input = dropInput(pass, sum(tables.map(({ look }, back) => look(pass, characters[back] as Tensor))));
    const h = blocks.reduce((hidden, { apply }, index) => apply(pass, hidden, bias, (own) => see(own, index)), input);
    return toLogits(pass, outputNorm(pass, h)); // (R * B, T, vocabulary)
  };

  /** Logits (R, B * T, vocabulary) and labels (lead, B * T, vocabulary). */
  const predicted = (params: readonly Tensor[], { tensors }: Batch, reg: Regularization | null) => {
    const text = tensors.text as Tensor; // (lead, B, given + T)
    const [lead, batch, length] = text.shape as [number, number, number];
    const T = length - given;
    const rows = text.reshape([lead * batch, length]);
    const characters = tables.map((_, back) => rows.slice([0, given - 1 - back], [lead * batch, T]));
    const logits = logitsOf(passOf(params, batch, reg), characters, causalBias(heads, T), (own) => own);
    const labels = tf.oneHot(rows.slice([0, given], [lead * batch, T]), vocabulary, 1, 0, 'float32');
    return { logits: logits.reshape([-1, batch * T, vocabulary]), labels: labels.reshape([lead, batch * T, vocabulary]) };
  };

  return {
    parameters: parameters.specs,
    trainLoss(params, batch, reg) {
      const { logits, labels } = predicted(params, batch, reg);
      const { plain, smoothed } = crossEntropies(logits, labels, reg.labelSmoothing);
      return { objective: smoothed, loss: plain };
    },
    predict(params, batch) {
      const { logits, labels } = predicted(params, batch, null);
      const rows = (batch.tensors.text as Tensor).shape[1] as number;
      const losses = logits.logSoftmax(-1).mul(labels).sum(-1).neg(); // (R, B * T)
      return losses.reshape([losses.shape[0] as number, rows, -1]).mean(-1, true);
    },
    writer: writer(),
  };

  /**
   * Character by character, with the keys and values of all positions before kept: what `predicted` says, drawn from. The state is the text
   * (R, rows, length), zeros where nothing is written yet, then keys and values of each block, zeros likewise.
   */
  function writer(): Writer {
    const { rows, prompt, length, temperature } = writing;
    const positions = length - given;
    /** Positions that are known from the start; the steps begin after them. */
    const known = prompt - given;
    const draws = new Float32Array(rows * positions);
    fillUniform(WRITING_SEED, 0, 0, draws);

    /** What is drawn from logits (R * rows, 1, vocabulary) at a position, as numbers of characters (R, rows, 1). */
    const drawn = (logits: Tensor, isHere: Tensor): Tensor => {
      const below = logits
        .reshape([-1, rows, vocabulary])
        .div(temperature)
        .softmax()
        .cumsum(2)
        .slice([0, 0, 0], [-1, -1, vocabulary - 1]);
      const draw = tf.tensor2d(draws, [rows, positions]).mul(isHere).sum(-1, true); // (rows, 1)
      return below.lessEqual(draw).cast('float32').sum(-1, true);
    };
    return {
      rows,
      steps: length - prompt,
      start(params, { tensors }) {
        const pass = passOf(params, rows, null);
        const prompts = (tensors.text as Tensor).slice([0, 0, 0], [1, rows, prompt]);
        const characters = tables.map((_, back) => prompts.slice([0, 0, given - 1 - back], [1, rows, known]).reshape([rows, known]));
        const kept: Tensor[] = [];
        logitsOf(pass, characters, causalBias(heads, known), (own) => {
          kept.push(...[own.k, own.v].map((tensor) => tensor.pad([...NONE, ...NONE, [0, positions - known], ...NONE])));
          return own;
        });
        const text = prompts.cast('float32').pad([...NONE, ...NONE, [0, length - prompt]]);
        return [text.tile([pass.runs, 1, 1]), ...kept];
      },
      next(params, [text, ...kept], step) {
        const pass = passOf(params, rows, null);
        const written = text as Tensor;
        const position = step.add(known);
        const isHere = oneAt(position, positions);
        const characters = tables.map((_, back) =>
          written
            .mul(oneAt(position.add(given - 1 - back), length))
            .sum(-1)
            .cast('int32')
            .reshape([-1, 1]),
        );
        const distance = upTo(positions).sub(position);
        const bias = tf
          .tensor2d([...slopesOf(heads)], [heads, 1])
          .mul(distance)
          .add(distance.greater(0).cast('float32').mul(MASKED))
          .reshape([1, heads, 1, positions]);
        const all: Tensor[] = [];
        const logits = logitsOf(pass, characters, bias, (own, index) => {
          const add = (old: Tensor, fresh: Tensor): Tensor => old.add(fresh.mul(isHere.reshape([1, 1, positions, 1])));
          const seen = { k: add(kept[2 * index] as Tensor, own.k), v: add(kept[2 * index + 1] as Tensor, own.v) };
          all.push(seen.k, seen.v);
          return seen;
        });
        return [written.add(drawn(logits, isHere).mul(oneAt(position.add(given), length))), ...all];
      },
    };
  }
}
