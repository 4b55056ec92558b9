import { classReport, featurePicture } from '../classification.ts';
import { EVALUATED_ROWS, loadClassificationSet } from '../data.ts';
import type { LoadedData, MinimizerFacts, WorkloadDefinition, WorkloadOptionSpec } from '../definition.ts';
import type { ExhibitPart } from '../exhibit.ts';
import { choiceOption } from '../options.ts';
import { findTarget } from '../targets.ts';
import minimizers from './minimizers.json' with { type: 'json' };
import { findProblem, PROBLEMS } from './problems.ts';
import targets from './targets.json' with { type: 'json' };

const MAX_STEPS = 400;
const DEFAULT_BATCH = 64;

const MINIMIZERS: Readonly<Record<string, MinimizerFacts>> = minimizers;

/** Problems whose features are the pixels of a square image. */
const IMAGES = new Set(['optdigits', 'handdigits', 'fashion7']);
const SHOWN_FEATURES = 8;

/** A row's first features, in standard deviations from the mean. */
function featureText({ arrays }: LoadedData, row: number, features: number): ExhibitPart {
  const values = Array.from((arrays.x?.values ?? new Float32Array()).slice(row * features, row * features + SHOWN_FEATURES));
  const rest = features > SHOWN_FEATURES ? ` … (${features} in all)` : '';
  // + 0 takes the sign from a rounded -0.
  const rounded = values.map((value) => (Number(value.toFixed(1)) + 0).toFixed(1).replace('-', '−'));
  const text = `${rounded.join('  ')}${rest}`;
  return { kind: 'text', role: 'source', caption: 'standardised features', text };
}

const evaluatedOf = (validationRows: number): string =>
  validationRows > EVALUATED_ROWS ? `the first ${EVALUATED_ROWS} of ${validationRows}` : `${validationRows}`;

const problemOption: WorkloadOptionSpec = {
  kind: 'choice',
  label: 'Problem',
  doc: "Data set. Those marked 'D-Adaptation paper' are seven of the twelve problems of that paper; the others are neighbours of the rest.",
  // Of the paper's problems that come under a permissive licence, the one with more features.
  value: 'wine',
  choices: PROBLEMS.map(({ id, title, features, classes, trainRows, validationRows, isPaper, near }) => ({
    id,
    label: title,
    note: [
      `${trainRows} training rows, ${evaluatedOf(validationRows)} validation rows, ${features} features, ${classes} classes`,
      ...(isPaper ? ['D-Adaptation paper'] : near ? [`near ${near}`] : []),
    ].join('; '),
  })),
};

const base = { id: 'logistic', options: { problem: problemOption } } as const;
const problemOf = (options: Parameters<WorkloadDefinition['files']>[0]) => findProblem(choiceOption(base, options, 'problem'));

/**
 * Multinomial logistic regression, W (d, C) and b (C), from x0 = 0 exactly.
 *
 * Objective per run: mean over the batch of the cross-entropy (with smoothed labels where the run asks for it)
 * + 1e-4 / 2 (|W|^2 + |b|^2). The reported loss is the cross-entropy alone, with plain labels.
 *
 * - Convex, and strongly so through the ridge: the minimizer x* exists, is unique and was computed once (`minimizers.json`), so every
 *   distance estimate can be drawn against D = |x0 - x*|, which is what it estimates. x* is that of the full training set without smoothing.
 * - Metric: validation cross-entropy, on at most the first 512 validation rows. Accuracy is shown too, but thirty validation rows make it
 *   useless as a target.
 * - 400 steps at horizon 1, for every problem: 200 epochs on the smallest (iris), 5 on the largest (letter).
 * - Batch: 64, or half the training rows where that is less (iris: 60), so that an epoch never wastes most of a tiny set.
 */
export const logistic: WorkloadDefinition = {
  ...base,
  label: 'Logistic regression',
  reduces:
    "D-Adaptation's convex experiments: multinomial logistic regression on small public data sets. Seven of its twelve problems are here, with nine neighbours for those that could not be had; 400 steps instead of 100 epochs.",
  metrics: [
    { id: 'crossEntropy', label: 'Validation cross-entropy', direction: 'lower', unit: 'nats' },
    { id: 'accuracy', label: 'Validation accuracy', direction: 'higher', unit: '%' },
  ],
  maxSteps: () => MAX_STEPS,
  batch(options) {
    const { trainRows } = problemOf(options);
    return { value: Math.min(DEFAULT_BATCH, Math.floor(trainRows / 2)), min: 8, max: Math.min(512, trainRows) };
  },
  regularization: { labelSmoothing: true, dropout: false, auxDropout: false },
  files: (options) => problemOf(options).files,
  load: (options, fetchFile) => loadClassificationSet(problemOf(options), fetchFile),
  async create(options, data) {
    const { id, features, classes } = problemOf(options);
    return {
      ...(await import('./model.ts')).logisticModel(features, classes),
      ...classReport({
        data,
        metrics: ({ crossEntropy, errorRate }) => [crossEntropy, 1 - errorRate],
        note: 'Validation rows and the probabilities that the model gives their classes.',
        picture: (row) => (IMAGES.has(id) ? featurePicture(data, row, Math.sqrt(features)) : featureText(data, row, features)),
      }),
    };
  },
  target: (options, batch) => findTarget(targets, options, batch),
  minimizer: (options) => MINIMIZERS[problemOf(options).id] ?? null,
};
