import type { WorkloadDefinition } from '../definition.ts';
import { loadSpeech, SPEECH_FILES } from './data.ts';

const BATCH = 16;
const EVALUATED_ROWS = 160;
/** Training rows that evaluations take the batch statistics from: as many as a batch has by default. */
export const CALIBRATION_ROWS = BATCH;

/** What the two speech workloads share. */
export const speech = {
  metrics: [
    { id: 'wordErrorRate', label: 'Validation word error rate', direction: 'lower', unit: '%' },
    { id: 'ctcLoss', label: 'Validation CTC loss', direction: 'lower', unit: 'nats' },
  ],
  loss: { label: 'CTC, per utterance', unit: 'nats' },
  maxSteps: () => 600,
  batch: () => ({ value: BATCH, min: 4, max: 128 }),
  regularization: { labelSmoothing: false, dropout: true, auxDropout: true },
  files: () => SPEECH_FILES,
  load: (_options, fetchFile) => loadSpeech(fetchFile, EVALUATED_ROWS),
} satisfies Partial<WorkloadDefinition>;
