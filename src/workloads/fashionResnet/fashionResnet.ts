import type { WorkloadDefinition } from '../definition.ts';
import { FASHION, fashion, fashionReport, loadFashion, SIDE } from '../fashion/fashion.ts';
import type { Activation } from '../layers/activations.ts';
import { choiceOption, heldOutVariants, integerOption } from '../options.ts';
import { findTarget } from '../targets.ts';
import targets from './targets.json' with { type: 'json' };

const EVALUATED_ROWS = 512;
const STAGES = 3;
/** Training rows that evaluations take the batch statistics from: twice a batch. */
const CALIBRATION_ROWS = 128;

const base = {
  id: 'fashionResnet',
  options: {
    width: {
      kind: 'integer',
      label: 'Width',
      doc: "Channels behind the stem; the three stages' blocks end in 4, 8 and 16 times as many.",
      value: 8,
      min: 2,
      max: 64,
    },
    depth: { kind: 'integer', label: 'Depth', doc: 'Blocks in each of the three stages.', value: 1, min: 1, max: 3 },
    variant: heldOutVariants([
      { id: 'silu', label: 'SiLU', note: 'instead of ReLU' },
      { id: 'gelu', label: 'GELU', note: 'instead of ReLU' },
      { id: 'largeBnInit', label: 'Large BN init', note: 'the last scale of every block starts at 8 instead of 0' },
    ]),
  },
} as const;

/**
 * A residual network on 8,000 pictures of clothes, 14x14 pixels, in 10 classes.
 *
 * As ResNet-50 in AlgoPerf: a convolution, batch normalization, ReLU and max pooling; then stages of `depth` bottleneck blocks (1x1, 3x3, 1x1,
 * four times as many channels at the end as inside), each stage but the first with stride 2 and twice the channels; the mean over the picture;
 * a dense layer. No convolution has a bias. The scale of the last batch normalization of every block starts at 0, so that a fresh block hands
 * on its shortcut.
 *
 * - Objective per run: mean cross-entropy with the run's smoothed labels. The loss shown is the plain one of the same pass. No dropout, as in
 *   AlgoPerf.
 * - Metric: validation error, as in AlgoPerf, on the first 512 of the 2,000 validation rows, which are shuffled; an evaluation then costs a
 *   fifth of the time. An error of 13 % on so many rows is uncertain by 1.5 %, but all runs are compared on the same rows. Cross-entropy is
 *   shown too.
 * - Batch statistics: of the batch in training, of the first 128 training rows in an evaluation; there are no running averages.
 * - Cut: pictures of 14x14 grey instead of 224x224 coloured pixels, 3 instead of 4 stages of 1 instead of 3 to 6 blocks, 8 instead of 64
 *   channels; a stem of 3x3 with stride 1 and pooling by 2x2, instead of 7x7 with stride 2 and 3x3; no random crops and flips.
 * - Variant largeBnInit, as the original's: the scales that start at 0 start at 8.
 * - 600 steps at horizon 1 with batch 64: 4.8 epochs.
 */
export const fashionResnet: WorkloadDefinition = {
  ...base,
  ...fashion,
  label: 'Fashion (ResNet)',
  reduces:
    "AlgoPerf's ImageNet ResNet-50, reduced: by default 3 bottleneck blocks of 33,000 parameters on 8,000 pictures of clothes of 14x14 pixels, instead of 16 blocks on 1.3 million photographs.",
  batch: () => ({ value: 64, min: 8, max: 512 }),
  regularization: { labelSmoothing: true, dropout: false, auxDropout: false },
  load: (_options, fetchFile) => loadFashion(fetchFile, EVALUATED_ROWS),
  create: async (options, data) => {
    const variant = choiceOption(base, options, 'variant');
    const activation: Activation = variant === 'silu' || variant === 'gelu' ? variant : 'relu';
    return {
      ...(await import('./model.ts')).resnet({
        side: SIDE,
        classes: FASHION.classes,
        width: integerOption(base, options, 'width'),
        depth: integerOption(base, options, 'depth'),
        stages: STAGES,
        activation,
        lastScale: variant === 'largeBnInit' ? 8 : 0,
        calibrationRows: Math.min(CALIBRATION_ROWS, data.trainRows),
      }),
      ...fashionReport(data),
    };
  },
  target: (options, batch) => findTarget(targets, options, batch),
};
