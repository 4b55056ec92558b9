import type { WorkloadDefinition } from '../definition.ts';
import { choiceOption, heldOutVariants, integerOption } from '../options.ts';
import { speechReport } from '../speech/report.ts';
import { CALIBRATION_ROWS, speech } from '../speech/workload.ts';
import { findTarget } from '../targets.ts';
import targets from './targets.json' with { type: 'json' };

const base = {
  id: 'speechConformer',
  options: {
    width: {
      kind: 'integer',
      label: 'Width',
      doc: 'Features of each frame; as many attention heads, up to 4, as divide it.',
      value: 32,
      min: 8,
      max: 256,
    },
    depth: { kind: 'integer', label: 'Depth', doc: 'Conformer blocks.', value: 2, min: 1, max: 3 },
    variant: heldOutVariants([
      { id: 'attentionTemperature', label: 'Attention temperature 1.6', note: 'what attention gives is multiplied by 1.6' },
      { id: 'layernorm', label: 'No layer norm after blocks', note: "AlgoPerf's layernorm variant: blocks end without normalization" },
      { id: 'gelu', label: 'GELU', note: 'GELU instead of swish' },
    ]),
  },
} as const;

/**
 * A Conformer (Gulati et al., 2020) that writes down spoken digits: two convolutions over the log-mel spectrogram that leave every fourth
 * frame, a dense layer, sines and cosines of the position, `depth` blocks (half a feed-forward layer, self-attention, convolution over time,
 * half a feed-forward layer, layer norm), layer norm, and the probabilities of ten digits and a blank for every frame.
 *
 * Objective and loss per run: the mean CTC loss per utterance, in nats; AlgoPerf divides by the number of labels instead. SpecAugment in
 * training, always. `dropout`: of every residual branch. `auxDropout`: of the blocks' input, as in AlgoPerf, and of attention weights.
 * Validation is deterministic, without either.
 *
 * - SYNTHETIC voices: 2,000 training utterances of one to four digits by eSpeak NG with 20 voices, instead of 263,840 of LibriSpeech. The
 *   voices of the validation part are others; its first 160 of 400 rows are evaluated (they are shuffled).
 * - Cut: 32 features instead of 512, 2 blocks instead of 4, 4 heads instead of 8, feed-forward layers twice as wide as the features instead of
 *   four times, convolutions of 8 channels instead of 512 (a quarter of the width), 20 bins instead of 80, 11 classes instead of 1,024. The
 *   filter over time has 5 frames, as there. Queries have no learned scale.
 * - Weights start at normal numbers of a variance by fan-in instead of Xavier's uniform ones, biases of the convolutions at normal numbers of
 *   deviation 0.1 instead of 0, so that no ReLU starts on its kink where SpecAugment leaves only zeros.
 * - SpecAugment: two bands of at most 6 bins, as large a share as there, and two stretches of at most a tenth of the frames instead of ten of
 *   at most a twentieth, as an utterance has 28 frames on average.
 * - Frames beyond an utterance's end are neither convolved nor attended to, and batch normalization does not count them; it takes its
 *   statistics from the batch, in an evaluation from the first 16 training rows.
 * - Variants as in AlgoPerf's code. There `layernorm` takes away the layer norm after each block, and the temperature multiplies what
 *   attention gives, not its logits.
 * - Metric: word (here digit) error rate by greedy decoding, as there: edits over spoken digits. The CTC loss per utterance is shown too.
 * - 600 steps at horizon 1 with batch 16: 4.8 epochs of 125 batches.
 */
export const speechConformer: WorkloadDefinition = {
  ...base,
  ...speech,
  label: 'Speech (Conformer)',
  reduces:
    "AlgoPerf's LibriSpeech Conformer: by default 2 blocks of width 32 instead of 4 of 512, trained with CTC on 2,000 strings of one to four English digits spoken by synthetic voices (eSpeak NG).",
  create: async (options, data) => ({
    ...(await import('./model.ts')).conformerModel({
      width: integerOption(base, options, 'width'),
      depth: integerOption(base, options, 'depth'),
      variant: choiceOption(base, options, 'variant'),
      calibrationRows: Math.min(CALIBRATION_ROWS, data.trainRows),
    }),
    ...speechReport(data),
  }),
  target: (options, batch) => findTarget(targets, options, batch),
};
