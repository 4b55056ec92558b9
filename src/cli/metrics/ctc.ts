import { interpretForward, interpretGradient } from '../../kernels/ctc/interpret.ts';
import { forwardSize, IMPOSSIBLE } from '../../kernels/ctc/shape.ts';

export interface Utterance {
  readonly frames: number;
  readonly classes: number;
  readonly blank: number;
  readonly labels: readonly number[];
  /** (frames, classes) */
  readonly logits: Float32Array;
}

/** Loss of one utterance in nats and its gradient with respect to the logits, in float64; both null where no path spells the labels. */
export function ctcOf({ frames, classes, blank, labels, logits }: Utterance): {
  readonly loss: number | null;
  readonly gradient: readonly number[] | null;
} {
  const shape = { time: frames, classes, labels: labels.length, blank };
  const logProbabilities = new Float64Array(frames * classes);
  for (let frame = 0; frame < frames; frame++) {
    const own = logits.subarray(frame * classes, (frame + 1) * classes);
    const most = Math.max(...own);
    const total = most + Math.log(own.reduce((sum, z) => sum + Math.exp(z - most), 0));
    own.forEach((z, index) => {
      logProbabilities[frame * classes + index] = z - total;
    });
  }
  const operands = [logProbabilities, Float64Array.of(frames), Float64Array.from(labels)];
  const forward = interpretForward(operands, shape, forwardSize(shape));
  const [loss] = forward as unknown as [number];
  if (loss === IMPOSSIBLE) return { loss: null, gradient: null };
  const byLogProbability = interpretGradient([...operands, forward], shape, frames * classes);
  // Through the logarithms of the softmax: g - p sum(g).
  const gradient = Array.from(byLogProbability, (own, index) => {
    const first = index - (index % classes);
    const sum = byLogProbability.subarray(first, first + classes).reduce((all, value) => all + value, 0);
    return own - Math.exp(logProbabilities[index] as number) * sum;
  });
  return { loss, gradient };
}
