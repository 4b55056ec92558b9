import { classReport, featurePicture } from '../classification.ts';
import { loadClassificationSet, type SetFacts } from '../data.ts';
import type { FetchFile, LoadedData, Report, WorkloadDefinition } from '../definition.ts';
import set from './files.json' with { type: 'json' };

/** What the two workloads on Fashion-MNIST share. Only types of TensorFlow.js are imported here. */

/** Pixels along each side. */
export const SIDE = 14;

export const FASHION: SetFacts = set;

/** What their definitions have in common. */
export const fashion = {
  metrics: [
    { id: 'errorRate', label: 'Validation error', direction: 'lower', unit: '%' },
    { id: 'crossEntropy', label: 'Validation cross-entropy', direction: 'lower', unit: 'nats' },
  ],
  maxSteps: () => 600,
  files: () => FASHION.files,
  /** From meta.json, on all 2,000 validation rows. */
  yardstick: () => ({ value: 1 - 0.809, label: 'logistic regression' }),
} satisfies Partial<WorkloadDefinition>;

/** @param evaluatedRows of the 2,000 validation rows, the first ones */
export const loadFashion = (fetchFile: FetchFile, evaluatedRows: number): Promise<LoadedData> =>
  loadClassificationSet(FASHION, fetchFile, evaluatedRows);

export const fashionReport = (data: LoadedData): Report =>
  classReport({
    data,
    metrics: ({ errorRate, crossEntropy }) => [errorRate, crossEntropy],
    note: 'Validation images, reduced from 28x28 to 14x14 pixels, and what the network takes them for.',
    picture: (row) => featurePicture(data, row, SIDE),
  });
