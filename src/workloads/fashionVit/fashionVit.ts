import type { WorkloadDefinition } from '../definition.ts';
import { FASHION, fashion, fashionReport, loadFashion, SIDE } from '../fashion/fashion.ts';
import { choiceOption, heldOutVariants, integerOption } from '../options.ts';
import { findTarget } from '../targets.ts';
import targets from './targets.json' with { type: 'json' };

const EVALUATED_ROWS = 1024;
/** Pixels along each side. */
const PATCH = 7;

const base = {
  id: 'fashionVit',
  options: {
    width: {
      kind: 'integer',
      label: 'Width',
      doc: 'Features of each patch; a head of attention has at least 8 of them.',
      value: 32,
      min: 4,
      max: 256,
    },
    depth: { kind: 'integer', label: 'Depth', doc: 'Transformer blocks.', value: 2, min: 1, max: 6 },
    variant: heldOutVariants([
      { id: 'glu', label: 'Gated MLP', note: 'a further layer multiplies the hidden units of every MLP' },
      { id: 'postLn', label: 'Post-LN', note: 'layer norm behind each residual sum instead of in front of each part' },
      { id: 'map', label: 'Attention pooling', note: 'attention of one learned query instead of the mean over patches' },
    ]),
  },
} as const;

/**
 * A vision transformer on 8,000 pictures of clothes, 14x14 pixels, in 10 classes.
 *
 * As ViT-S/16 in AlgoPerf: patches that do not overlap, embedded by a dense layer; fixed sines and cosines of their places are added; `depth`
 * blocks of multi-head attention and of an MLP with GELU and four times the width, each with layer norm in front and beside a residual
 * connection; layer norm, the mean over the patches, a dense layer with tanh, and a dense layer.
 *
 * - Objective per run: mean cross-entropy with the run's smoothed labels, under the run's dropout of embedded patches, of hidden units of MLPs
 *   and of what each part adds, and its auxiliary dropout of attention weights (there in AlgoPerf's PyTorch version, at the same rate, but not
 *   in its JAX version). The loss shown is the plain one of the same pass. Validation is deterministic, without dropout.
 * - Metric: validation error, as in AlgoPerf, on the first 1,024 of the 2,000 validation rows, which are shuffled; an evaluation then costs a
 *   fifth of the time. An error of 15 % on so many rows is uncertain by 1.1 %, but all runs are compared on the same rows. Cross-entropy is
 *   shown too.
 * - Cut: pictures of 14x14 grey instead of 224x224 coloured pixels, in 4 patches of 7x7 instead of 196 of 16x16; 2 instead of 12 blocks; 32
 *   instead of 384 features; no random crops and flips. 16 patches of 4x4 pixels at twice the cost of a step, with half the batch, ended
 *   about two percent worse.
 * - Not as the original: the last layer starts at random instead of at 0, which cost about one percent at the end; heads are 8
 *   instead of 64 wide; GELU by the error function, not by its approximation.
 * - Variants as the original's: glu multiplies the hidden units by a dense layer of themselves; map pools by attention of one learned query
 *   and an MLP.
 * - 600 steps at horizon 1 with batch 128: 9.6 epochs.
 */
export const fashionVit: WorkloadDefinition = {
  ...base,
  ...fashion,
  label: 'Fashion (ViT)',
  reduces:
    "AlgoPerf's ImageNet ViT, reduced: by default 2 transformer blocks of 28,000 parameters on 8,000 pictures of clothes of 14x14 pixels in 4 patches, instead of 12 blocks on 1.3 million photographs in 196 patches.",
  batch: () => ({ value: 128, min: 8, max: 512 }),
  regularization: { labelSmoothing: true, dropout: true, auxDropout: true },
  load: (_options, fetchFile) => loadFashion(fetchFile, EVALUATED_ROWS),
  create: async (options, data) => {
    const variant = choiceOption(base, options, 'variant');
    return {
      ...(await import('./model.ts')).vit({
        side: SIDE,
        patch: PATCH,
        classes: FASHION.classes,
        width: integerOption(base, options, 'width'),
        depth: integerOption(base, options, 'depth'),
        isGated: variant === 'glu',
        isPostNorm: variant === 'postLn',
        isPooledByAttention: variant === 'map',
      }),
      ...fashionReport(data),
    };
  },
  target: (options, batch) => findTarget(targets, options, batch),
};
