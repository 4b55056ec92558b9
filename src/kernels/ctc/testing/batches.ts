import type { Graph } from '../../compiler/graph.ts';
import { trace } from '../../compiler/trace/trace.ts';
import { normals } from '../../counter-random.ts';
import * as tf from '../../tf.ts';
import { ctcLoss } from '../ctc.ts';
import reference from './ctc_loss.json' with { type: 'json' };

/** Utterances for `ctcLoss`. */
export interface CtcBatch {
  readonly time: number;
  readonly classes: number;
  readonly blank: number;
  /** (N, T, C) */
  readonly logits: Float32Array;
  readonly frames: Int32Array;
  /** (N, L), negative beyond the last one. */
  readonly labels: Int32Array;
}

export interface ReferenceCase extends CtcBatch {
  readonly name: string;
  /** Null where no path exists. */
  readonly loss: number | null;
  readonly gradient: readonly number[] | null;
}

/** Values of another implementation, one utterance each, with room for one more label than it has. */
export const REFERENCE_CASES: readonly ReferenceCase[] = reference.cases.map(
  ({ frames, classes, blank, labels, logits, loss, grad_logits }) => ({
    name: `${frames} frames, labels ${labels.join(' ') || 'none'}`,
    time: frames,
    classes,
    blank,
    logits: Float32Array.from(logits),
    frames: Int32Array.of(frames),
    labels: Int32Array.from([...labels, -1]),
    loss,
    gradient: grad_logits,
  }),
);

/** Utterances of other lengths in one batch: none with all frames, repeated labels, no labels, one that is impossible (the fourth). */
export const MIXED: CtcBatch = {
  time: 9,
  classes: 5,
  blank: 4,
  logits: normals(3, 0, 0, 7 * 9 * 5).map((value) => 3 * value),
  frames: Int32Array.of(8, 5, 1, 4, 8, 3, 7),
  labels: Int32Array.of(0, 1, 2, 2, 2, -1, 3, -1, -1, 1, 1, 1, -1, -1, -1, 3, 3, -1, 0, 0, 0),
};

export const IMPOSSIBLE_ROW = 3;

/** One run's losses (N), and the gradient of their sum with respect to the logits (N, T, C). */
export function ctcGraph({ time, classes, blank, frames, labels }: CtcBatch): Graph {
  const N = frames.length;
  return trace(
    {
      logits: { shape: [N, time, classes], dtype: 'float32', owner: 'run' },
      frames: { shape: [N], dtype: 'int32', owner: 'run' },
      labels: { shape: [N, labels.length / N], dtype: 'int32', owner: 'run' },
    },
    (tensors) => {
      const lossOf = (logits: tf.Tensor): tf.Tensor => ctcLoss(logits.logSoftmax(-1), tensors.frames, tensors.labels, blank);
      return { loss: lossOf(tensors.logits), gradient: tf.grad((logits) => lossOf(logits as tf.Tensor).sum())(tensors.logits) };
    },
  );
}
