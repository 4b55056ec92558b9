import { ctcLoss } from '../../kernels/ctc/ctc.ts';
import type { Tensor } from '../../kernels/tf.ts';
import type { Batch, Network } from '../definition.ts';
import { everyRun, type Parameters, type Pass } from '../layers/pass.ts';
import { SPEECH } from './data.ts';
import { decodedFrames } from './front-end.ts';

/** x (lead * B, 64, 20), frames (lead * B) -> logits (R * B, 16, 11). */
export type Recogniser = (pass: Pass, x: Tensor, frames: Tensor) => Tensor;

/** Without the run axis: (lead * B, ...). */
const flat = (tensor: Tensor, ...rest: readonly number[]): Tensor => tensor.reshape([-1, ...rest]);

/** Rows of a batch behind those of another, which both have for all runs. */
const behind = (first: Batch, second: Batch): Batch => ({
  tensors: Object.fromEntries(
    Object.entries(second.tensors).map(([name, tensor]) => [name, (first.tensors[name] as Tensor).concat(tensor, 1)]),
  ),
});

/**
 * A network that is trained with CTC. Objective and loss are the mean CTC loss per utterance. Predicts the CTC loss of each row, then the most
 * probable class of each decoded frame.
 *
 * @param calibrationRows training rows whose statistics batch normalization takes in an evaluation; 0 if there is none
 */
export function ctcNetwork({ specs }: Parameters, recognise: Recogniser, calibrationRows: number): Network {
  /** Log-probabilities (R * B, 16, 11) and losses (R * B). */
  const forward = (pass: Pass, { tensors }: Batch): { readonly logProbabilities: Tensor; readonly losses: Tensor } => {
    const x = flat(tensors.x as Tensor, SPEECH.time, SPEECH.bins);
    const frames = flat(tensors.frames as Tensor);
    const logProbabilities = recognise(pass, x, frames).logSoftmax(-1);
    const decoded = decodedFrames(everyRun(pass, frames));
    const labels = everyRun(pass, flat(tensors.labels as Tensor, SPEECH.labels));
    return { logProbabilities, losses: ctcLoss(logProbabilities, decoded, labels, SPEECH.blank) };
  };
  return {
    parameters: specs,
    calibrationRows,
    trainLoss(params, batch, reg) {
      const runs = (params[0] as Tensor).shape[0] as number;
      const rows = (batch.tensors.frames as Tensor).shape[1] as number;
      const { losses } = forward({ params, runs, batch: rows, reg, statisticsRows: rows }, batch);
      const loss = losses.reshape([runs, rows]).mean(1);
      return { objective: loss, loss };
    },
    predict(params, batch, calibration) {
      const runs = (params[0] as Tensor).shape[0] as number;
      const rows = (batch.tensors.frames as Tensor).shape[1] as number;
      const whole = calibration === null ? batch : behind(calibration, batch);
      const all = calibrationRows + rows;
      const pass: Pass = { params, runs, batch: all, reg: null, statisticsRows: calibrationRows };
      const { logProbabilities, losses } = forward(pass, whole);
      const path = logProbabilities.argMax(-1).cast('float32'); // (R * all, 16)
      return losses.expandDims(1).concat(path, 1).reshape([runs, all, -1]).slice([0, calibrationRows, 0], [runs, rows, -1]);
    },
  };
}
