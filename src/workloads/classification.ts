import type { Tensor } from '../kernels/tf.ts';
import type { LoadedData, Predictions, Report } from './definition.ts';
import { brightness, type ExhibitPart } from './exhibit.ts';

/**
 * Losses, predictions and metrics of classifiers over the run axis, in plain chained TensorFlow.js operations.
 * `logits` (R, B, C); `labels` one-hot (1 or R, B, C). Only types are imported here, so that the page can load the definitions without TensorFlow.js.
 */

/**
 * Mean cross-entropy per run in nats, plain and with smoothed labels: the labels (1 - a) y + a / C give
 * (1 - a) CE(y) + a mean_c(-log p_c), with a per run.
 *
 * @param smoothing (R, 1)
 * @returns both (R)
 */
export function crossEntropies(logits: Tensor, labels: Tensor, smoothing: Tensor): { readonly plain: Tensor; readonly smoothed: Tensor } {
  const logProbabilities = logits.logSoftmax(-1); // (R, B, C)
  const perExample = logProbabilities.mul(labels).sum(-1).neg(); // (R, B)
  const uniform = logProbabilities.mean(-1).neg(); // (R, B)
  const smoothed = perExample.mul(smoothing.neg().add(1)).add(uniform.mul(smoothing)); // (R, B)
  return { plain: perExample.mean(-1), smoothed: smoothed.mean(-1) };
}

/** Mean cross-entropy per run in nats: (R). */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return logits.logSoftmax(-1).mul(labels).sum(-1).mean(-1).neg();
}

/** What a classifier says of each row: its cross-entropy in nats, then log-probabilities of all classes: (R, B, 1 + C). */
export function classPredictions(logits: Tensor, labels: Tensor): Tensor {
  const logProbabilities = logits.logSoftmax(-1);
  return logProbabilities.mul(labels).sum(-1, true).neg().concat(logProbabilities, -1);
}

/** One row of `classPredictions`. */
export interface ClassPrediction {
  readonly crossEntropy: number;
  /** Of every class. */
  readonly probabilities: readonly number[];
  /** The most probable class, the first one among equals. */
  readonly guess: number;
}

/** The most probable class of a row that starts at `first`, the first one among equals. */
function guessAt(values: Float32Array, first: number, classes: number): number {
  let guess = 0;
  for (let label = 1; label < classes; label++)
    if ((values[first + 1 + label] as number) > (values[first + 1 + guess] as number)) guess = label;
  return guess;
}

export function classPrediction({ rows, values }: Predictions, row: number): ClassPrediction {
  const width = values.length / rows;
  const first = row * width;
  return {
    crossEntropy: values[first] as number,
    probabilities: Array.from(values.subarray(first + 1, first + width), Math.exp),
    guess: guessAt(values, first, width - 1),
  };
}

export interface ClassScore {
  /** Nats. */
  readonly crossEntropy: number;
  readonly errorRate: number;
}

/**
 * Mean cross-entropy in nats and share of rows whose most probable class is wrong, from `classPredictions`.
 * Both NaN where the cross-entropy is not finite: a diverged network predicts nothing.
 *
 * @param labels class of each row
 */
export function scoreClasses(predictions: Predictions, labels: ArrayLike<number>): ClassScore {
  const { rows, values } = predictions;
  const width = values.length / rows;
  let crossEntropy = 0;
  let wrong = 0;
  for (let row = 0; row < rows; row++) {
    crossEntropy += values[row * width] as number;
    if (guessAt(values, row * width, width - 1) !== labels[row]) wrong += 1;
  }
  if (!Number.isFinite(crossEntropy)) return { crossEntropy: Number.NaN, errorRate: Number.NaN };
  return { crossEntropy: crossEntropy / rows, errorRate: wrong / rows };
}

/** What a classifier's rows are, for its report. */
export interface ClassReportOptions {
  /** With one-hot labels `y` and words `classes`. */
  readonly data: LoadedData;
  /** Metrics in the workload's order. */
  readonly metrics: (score: ClassScore) => readonly number[];
  readonly note: string;
  /** What is shown of a row of the data, counted over all rows. */
  readonly picture: (row: number) => ExhibitPart;
}

const SHOWN_ROWS = 4;

/** Metrics and exhibit of a classifier that predicts `classPredictions`. */
export function classReport({ data, metrics, note, picture }: ClassReportOptions): Report {
  const classNames = data.words?.classes ?? [];
  const classes = classNames.length;
  const oneHot = data.arrays.y?.values ?? new Float32Array();
  const labels = Int32Array.from({ length: data.validationRows }, (_, row) =>
    oneHot.slice((data.trainRows + row) * classes, (data.trainRows + row + 1) * classes).indexOf(1),
  );
  const pictures = Array.from({ length: Math.min(SHOWN_ROWS, data.validationRows) }, (_, row) => picture(data.trainRows + row));
  return {
    score: (predictions) => metrics(scoreClasses(predictions, labels)),
    show: (predictions) => ({
      note,
      items: pictures.map((shown, row) => {
        const { guess, probabilities } = classPrediction(predictions, row);
        const isKnown = probabilities.every((probability) => Number.isFinite(probability));
        return {
          title: classNames[labels[row] as number] as string,
          isRight: isKnown ? guess === labels[row] : null,
          parts: [
            shown,
            {
              kind: 'probabilities',
              caption: isKnown ? `says ${classNames[guess]}` : 'says nothing: its output is not finite',
              entries: probabilities.map((probability, index) => ({
                label: classNames[index] as string,
                probability,
                isTrue: index === labels[row],
              })),
            },
          ],
        };
      }),
    }),
  };
}

/** Features as a square picture, from the least to the greatest of the row. */
export function featurePicture({ arrays, trainRows }: LoadedData, row: number, side: number): ExhibitPart {
  const values = (arrays.x?.values ?? new Float32Array()).slice(row * side * side, (row + 1) * side * side);
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const pixels = Uint8Array.from(values, (value) => brightness((value - least) / (greatest - least)));
  return { kind: 'image', caption: `validation row ${row - trainRows + 1}`, width: side, height: side, pixels, palette: 'grey' };
}
