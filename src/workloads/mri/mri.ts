import type { WorkloadDefinition } from '../definition.ts';
import { choiceOption, heldOutVariants, integerOption } from '../options.ts';
import { findTarget } from '../targets.ts';
import set from './files.json' with { type: 'json' };
import { mriReport } from './report.ts';
import { loadSlices } from './slices.ts';
import targets from './targets.json' with { type: 'json' };

const MAX_STEPS = 600;

const base = {
  id: 'mri',
  options: {
    width: { kind: 'integer', label: 'Width', doc: 'Channels at full size; twice as many after each halving.', value: 4, min: 2, max: 16 },
    depth: { kind: 'integer', label: 'Depth', doc: 'How often the image is halved.', value: 3, min: 1, max: 4 },
    variant: heldOutVariants([
      { id: 'modelSize', label: 'Model size', note: 'halved once less, twice as wide' },
      { id: 'tanh', label: 'Tanh', note: 'instead of leaky ReLU' },
      { id: 'layernorm', label: 'Layer norm', note: 'instead of instance norm' },
    ]),
  },
} as const;

/**
 * fastMRI's U-Net on 48x48 slices of brains: it reconstructs a slice from about 15 of the 48 columns of its k-space.
 *
 * Training measures the 4 middle columns and each other one with probability 1/4, drawn anew for every slice and step (fastMRI's random mask
 * at acceleration 4); validation the same 15 columns of every slice. Columns that are not measured are 0; the magnitude of the inverse
 * transform is the network's input, in standard deviations from its mean, slice by slice.
 * The network is AlgoPerf's: blocks of two 3x3 convolutions, each with instance norm (without parameters), leaky ReLU (slope 0.2) and dropout
 * of whole channels; 2x2 average pooling down, 2x2 transposed convolutions with instance norm and leaky ReLU up, skip connections, a 1x1
 * convolution at the end. It is not residual.
 *
 * - Objective per run: mean absolute error in the units of the input, under the run's dropout. The loss shown is the same number.
 * - Metric: structural similarity as AlgoPerf takes it (7x7 windows, sample covariance) with data range 1, mean over all 45 validation slices;
 *   the mean absolute error, in the units of training, is shown too.
 * - Cut: 4 instead of 32 channels at full size, 3 instead of 4 halvings; 48x48 instead of 320x320 pixels, from magnitude pictures instead of
 *   raw measurements, so that there is no noise and no phase; 269 training slices of one human head and of an average of macaques instead of
 *   34,742 of many people's knees. Inputs and targets are not clipped at 6 standard deviations, which a handful of targets exceed.
 * - Variants as the original's: modelSize halves once less with twice the channels, at 2.5 times the cost; layernorm keeps instance norm behind
 *   the transposed convolutions.
 * - 600 steps at horizon 1 with batch 4: 9 epochs. 30,089 parameters; 23 million multiply-adds per batch forward, 2.7 of them for the
 *   undersampling. Evaluating all 45 slices takes about a fifth of a race.
 */
export const mri: WorkloadDefinition = {
  ...base,
  label: 'MRI',
  reduces:
    "AlgoPerf's fastMRI, reduced: the same U-Net, by default with 30,000 parameters, reconstructs brain slices of 48x48 pixels from a third of their k-space, instead of knees of 320x320.",
  metrics: [
    { id: 'ssim', label: 'Validation SSIM', direction: 'higher', unit: '' },
    { id: 'absoluteError', label: 'Validation L1', direction: 'lower', unit: 'std' },
  ],
  loss: { label: 'L1', unit: 'std' },
  maxSteps: () => MAX_STEPS,
  batch: () => ({ value: 4, min: 1, max: 32 }),
  regularization: { labelSmoothing: false, dropout: true, auxDropout: false },
  files: () => set.files,
  load: (_options, fetchFile) => loadSlices(fetchFile),
  create: async (options, data) => {
    const width = integerOption(base, options, 'width');
    const halvings = integerOption(base, options, 'depth');
    const variant = choiceOption(base, options, 'variant');
    const { mriModel } = await import('./model.ts');
    const network = mriModel({
      ...(variant === 'modelSize' ? { width: 2 * width, halvings: halvings - 1 } : { width, halvings }),
      activation: variant === 'tanh' ? 'tanh' : 'leakyRelu',
      norm: variant === 'layernorm' ? 'layer' : 'instance',
    });
    return { ...network, ...mriReport(data) };
  },
  yardstick: () => ({ value: 0.5728, label: 'a linear 9x9 filter fitted to the training slices' }),
  target: (options, batch) => findTarget(targets, options, batch),
};
