import type { WorkloadDefinition } from '../definition.ts';
import { choiceOption, heldOutVariants, integerOption } from '../options.ts';
import { loadSpeech } from '../speech/data.ts';
import { speechReport } from '../speech/report.ts';
import { CALIBRATION_ROWS, speech } from '../speech/workload.ts';
import { findTarget } from '../targets.ts';
import targets from './targets.json' with { type: 'json' };

/** Fewer than for the Conformer: recurrent layers go through frames one by one, and evaluations may take a quarter of the time. */
const EVALUATED_ROWS = 144;

const base = {
  id: 'speechDeepSpeech',
  options: {
    width: {
      kind: 'integer',
      label: 'Width',
      doc: 'Units of each recurrent layer and direction; a frame has twice as many features.',
      value: 24,
      min: 4,
      max: 128,
    },
    depth: { kind: 'integer', label: 'Depth', doc: 'Recurrent layers.', value: 2, min: 1, max: 3 },
    variant: heldOutVariants([
      { id: 'tanh', label: 'tanh', note: 'tanh instead of ReLU in convolutions and dense layer' },
      { id: 'noResnet', label: 'No residual connections', note: 'layers replace their input instead of adding to it' },
      {
        id: 'normAndSpecAug',
        label: 'Layer norm and more SpecAugment',
        note: 'layer norm instead of batch norm, none before the output, twice the masked bands and more masked stretches',
      },
    ]),
  },
} as const;

/**
 * DeepSpeech 2 (Amodei et al., 2016) as AlgoPerf has it, for spoken digits: two convolutions over the log-mel spectrogram that leave every
 * fourth frame, a dense layer, `depth` bidirectional recurrent layers (LSTM) and a dense one, each with batch normalization before it and a
 * residual connection, layer norm, and the probabilities of ten digits and a blank for every frame.
 *
 * Objective and loss per run: the mean CTC loss per utterance, in nats; AlgoPerf divides by the number of labels instead. SpecAugment in
 * training, always. `dropout`: after the dense layer. `auxDropout`: of the recurrent layers' input. Both as in AlgoPerf. Validation is
 * deterministic, without either.
 *
 * - SYNTHETIC voices: 2,000 training utterances of one to four digits by eSpeak NG with 20 voices, instead of 263,840 of LibriSpeech. The
 *   voices of the validation part are others; its first 144 of 400 rows are evaluated (they are shuffled).
 * - Cut: 48 features instead of 512, so 24 units in each direction instead of 256; 2 recurrent layers instead of 6 and 1 dense layer instead
 *   of 3; convolutions of 8 channels instead of 512 (a third of the units), 20 bins instead of 80, 11 classes instead of 1,024.
 * - Weights start at normal numbers of a variance by fan-in instead of Xavier's uniform ones, biases of the convolutions at normal numbers of
 *   deviation 0.1 instead of 0, so that no ReLU starts on its kink where SpecAugment leaves only zeros.
 * - SpecAugment: two bands of at most 6 bins, as large a share as there, and two stretches of at most a tenth of the frames instead of ten of
 *   at most a twentieth, as an utterance has 28 frames on average. With `normAndSpecAug` four bands and three stretches, in the original's
 *   proportions.
 * - Frames beyond an utterance's end leave the recurrent state at zero and are not counted by batch normalization. It takes its statistics
 *   from the batch, in an evaluation from the first 16 training rows.
 * - Metric: word (here digit) error rate by greedy decoding, as there: edits over spoken digits. The CTC loss per utterance is shown too.
 * - 600 steps at horizon 1 with batch 16: 4.8 epochs of 125 batches.
 */
export const speechDeepSpeech: WorkloadDefinition = {
  ...base,
  ...speech,
  load: (_options, fetchFile) => loadSpeech(fetchFile, EVALUATED_ROWS),
  label: 'Speech (DeepSpeech)',
  reduces:
    "AlgoPerf's LibriSpeech DeepSpeech: by default 2 bidirectional LSTM layers of 24 units instead of 6 of 256, trained with CTC on 2,000 strings of one to four English digits spoken by synthetic voices (eSpeak NG).",
  create: async (options, data) => ({
    ...(await import('./model.ts')).deepSpeechModel({
      units: integerOption(base, options, 'width'),
      depth: integerOption(base, options, 'depth'),
      variant: choiceOption(base, options, 'variant'),
      calibrationRows: Math.min(CALIBRATION_ROWS, data.trainRows),
    }),
    ...speechReport(data),
  }),
  target: (options, batch) => findTarget(targets, options, batch),
};
