/**
 * AdamW: Adam with weight decay applied to the parameters directly.
 *
 *   x <- x (1 - L weightDecay);  m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2
 *   x <- x - L (m / bc1) / (sqrt(v / bc2) + eps),  bc_i = 1 - beta_i^(k+1),  L = lr x schedule
 *
 * Paper: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (arXiv 1711.05101), Algorithm 2.
 * Implementation followed: torch.optim.AdamW of PyTorch 1.13.
 * Deviations:
 * - No AMSGrad option.
 */
import { defineProgram } from '../../kernels/step-program.ts';
import { adamBiasCorrections, adamMoments, adamProgramParts, decayedParameters, withAdamMoments } from '../adam-family.ts';
import { adamHyper, adamNominal, adamPublishedPoints } from '../adam-hyper.ts';
import { NO_ESTIMATE } from '../baseline.ts';
import type { OptimizerDefinition } from '../definition.ts';
import wgsl from './adamw.wgsl?raw';

export const adamwProgram = defineProgram({
  ...adamProgramParts,
  id: 'adamw',
  rowHyper: ['lr', 'beta1', 'beta2', 'eps', 'weightDecay'],
  blockHyper: [],
  table: adamBiasCorrections,
  step(input) {
    const { m, v, root } = adamMoments(input.g, input);
    const direction = m.div(input.table.bc1).div(root);
    return { x: decayedParameters(input).sub(direction.mul(input.L)), slots: { m, v }, scalars: {} };
  },
  fused: { wgsl: withAdamMoments(wgsl), sums: 0, apply: 'adamwApply' },
});

export const adamw: OptimizerDefinition = {
  id: 'adamw',
  label: 'AdamW',
  family: 'baseline',
  kin: 'baseline',
  paper: {
    title: 'Decoupled Weight Decay Regularization',
    authors: 'Loshchilov, Hutter',
    year: 2017,
    arxiv: '1711.05101',
    algorithm: 'Algorithm 2',
    implementation: 'torch.optim.AdamW, PyTorch 1.13',
  },
  deviations: ['The AMSGrad option is left out.'],
  hyper: adamHyper,
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults (PyTorch)',
      source: 'Constructor defaults of torch.optim.AdamW in PyTorch 1.13.',
      hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01 },
    },
    ...adamPublishedPoints,
  ],
  traces: [],
  estimate: NO_ESTIMATE,
  nominal: adamNominal,
  diagnose: () => [],
  program: adamwProgram,
};
