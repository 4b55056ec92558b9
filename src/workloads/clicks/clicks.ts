import { scoreBinary } from '../binary.ts';
import type { LoadedData, Report, WorkloadDefinition } from '../definition.ts';
import { choiceOption, heldOutVariants, integerOption } from '../options.ts';
import { findTarget } from '../targets.ts';
import { DENSE_FIELDS, FIELDS, loadFlights } from './data.ts';
import set from './files.json' with { type: 'json' };
import targets from './targets.json' with { type: 'json' };

const MAX_STEPS = 370;
/** Values of all fields that have a row of their own, and a row for the others of each field. */
const VOCABULARY = 5_536;

/** Of embeddings at the start: 1 / sqrt(rows of DLRM-small's table), 4 million. */
const EMBEDDING_DEVIATION = 5e-4;

const base = {
  id: 'clicks',
  options: {
    width: {
      kind: 'integer',
      label: 'Width',
      doc: 'Numbers of an embedding; hidden layers are 1 to 8 times as wide.',
      value: 16,
      min: 2,
      max: 32,
    },
    depth: {
      kind: 'integer',
      label: 'Depth',
      doc: 'Widest hidden layers of the top network, which sees the dot products; two narrower ones follow.',
      value: 2,
      min: 1,
      max: 4,
    },
    table: {
      kind: 'integer',
      label: 'Table rows',
      doc: 'Rows of the embedding table; with fewer than there are values, values share rows, modulo this.',
      value: VOCABULARY,
      min: 64,
      max: VOCABULARY,
    },
    variant: heldOutVariants([
      { id: 'layernorm', label: 'Layer norm', note: 'after every hidden layer, and of the embeddings' },
      { id: 'resnet', label: 'Residual', note: 'residual hidden layers, embeddings instead of their dot products' },
      { id: 'embedInit', label: 'Large embeddings', note: 'embeddings start as normal numbers of deviation 1' },
    ]),
  },
} as const;

const NOTE =
  'Flights of the validation part, and how probable the network finds it that each arrives late. Real flights in place of a click log.';

function report({ arrays, trainRows, words }: LoadedData): Report {
  const labels = (arrays.y?.values ?? new Float32Array()).subarray(trainRows);
  const { flights = [], classes = [] } = words ?? {};
  return {
    score: (predictions) => {
      const { crossEntropy, rocAuc } = scoreBinary(predictions, labels);
      return [crossEntropy, rocAuc];
    },
    show: ({ values }) => ({
      note: NOTE,
      items: flights.map((flight, row) => {
        const probability = 1 / (1 + Math.exp(-(values[row] as number)));
        const isKnown = Number.isFinite(probability);
        return {
          title: flight.slice(0, flight.indexOf(',')),
          isRight: isKnown ? probability > 0.5 === (labels[row] === 1) : null,
          parts: [
            { kind: 'text', role: 'source', caption: 'flight', text: flight },
            {
              kind: 'probabilities',
              caption: isKnown ? `says ${classes[probability > 0.5 ? 1 : 0]}` : 'says nothing: its output is not finite',
              entries: [1 - probability, probability].map((share, label) => ({
                label: classes[label] as string,
                probability: share,
                isTrue: labels[row] === label,
              })),
            },
          ],
        };
      }),
    }),
  };
}

/**
 * DLRM-small on 28,000 real flights that stand in for a click log: 4 dense and 10 categorical fields, five of them hashed crosses, and whether
 * the flight arrived late.
 *
 * The dense fields go through a bottom network (hidden layers of 4, 2 and 1 times `width` units), every categorical value is a row of one
 * embedding table; values of fewer than 8 training flights share a row per field, as is usual for click logs. Dot products of all pairs of
 * these 11 vectors and of each with itself, and the bottom network's output, go through a top network (`depth` hidden layers of 8 times
 * `width`, then 4 and 2 times) to one logit: DLRM-small's proportions. Dropout after the last hidden layer, as there.
 *
 * - Objective and loss: binary cross-entropy, without label smoothing, as in AlgoPerf. Metric: validation cross-entropy of the first 1,280 of
 *   4,000 rows. Its standard error is 0.013, but runs are compared on the same rows. Area under the ROC curve is shown too.
 * - Cut: embeddings of 16 instead of 128 numbers, a table of 5,536 instead of 4 million rows, 10 and 4 instead of 26 and 13 fields. Weights have DLRM-small's variances, biases start at 0. Embeddings start as normal numbers, not uniform
 *   ones, of the original's scale.
 * - 370 steps at horizon 1 with batch 128: 1.7 epochs. Later, flights are remembered by their crossed fields and the validation loss rises
 *   again; AlgoPerf's budget ends before a first epoch does.
 */
export const clicks: WorkloadDefinition = {
  ...base,
  label: 'Clicks',
  reduces:
    "AlgoPerf's Criteo 1TB, reduced: DLRM-small with 129,000 parameters by default instead of 539 million. Its data are 28,000 real flights of January 2001 in place of 4 billion advertisements: late or not instead of clicked or not.",
  metrics: [
    { id: 'crossEntropy', label: 'Validation cross-entropy', direction: 'lower', unit: 'nats' },
    { id: 'rocAuc', label: 'Validation ROC AUC', direction: 'higher', unit: '' },
  ],
  maxSteps: () => MAX_STEPS,
  batch: () => ({ value: 128, min: 16, max: 4096 }),
  regularization: { labelSmoothing: false, dropout: true, auxDropout: false },
  files: () => set.files,
  load: (options, fetchFile) => loadFlights(integerOption(base, options, 'table'), fetchFile),
  create: async (options, data) => {
    const tableRows = integerOption(base, options, 'table');
    const variant = choiceOption(base, options, 'variant');
    const { clicksModel } = await import('./model.ts');
    const network = clicksModel({
      denseFields: DENSE_FIELDS,
      fields: FIELDS,
      tableRows,
      width: integerOption(base, options, 'width'),
      depth: integerOption(base, options, 'depth'),
      deviation: variant === 'embedInit' ? 1 : EMBEDDING_DEVIATION,
      hasNorm: variant === 'layernorm',
      isResidual: variant === 'resnet',
    });
    return { ...network, ...report(data) };
  },
  yardstick: () => ({ value: 0.4662, label: 'logistic regression on all fields' }),
  target: (options, batch) => findTarget(targets, options, batch),
};
