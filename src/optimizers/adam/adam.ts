/**
 * Adam: steps along the running average of gradients, divided by the root of the running average of their squares.
 *
 *   g <- g + weightDecay x;  m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2
 *   x <- x - L (m / bc1) / (sqrt(v / bc2) + eps),  bc_i = 1 - beta_i^(k+1),  L = lr x schedule
 *
 * Paper: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (arXiv 1412.6980), Algorithm 1.
 * Implementation followed: torch.optim.Adam of PyTorch 1.13.
 * Deviations:
 * - No AMSGrad option.
 */
import { defineProgram } from '../../kernels/step-program.ts';
import { adamBiasCorrections, adamMoments, adamProgramParts, coupledGradient, withAdamMoments } from '../adam-family.ts';
import { adamNominal, coupledAdamHyper } from '../adam-hyper.ts';
import { NO_ESTIMATE } from '../baseline.ts';
import type { OptimizerDefinition } from '../definition.ts';
import wgsl from './adam.wgsl?raw';

export const adamProgram = defineProgram({
  ...adamProgramParts,
  id: 'adam',
  rowHyper: ['lr', 'beta1', 'beta2', 'eps', 'weightDecay'],
  blockHyper: [],
  table: adamBiasCorrections,
  step(input) {
    const { m, v, root } = adamMoments(coupledGradient(input), input);
    const direction = m.div(input.table.bc1).div(root);
    return { x: input.x.sub(direction.mul(input.L)), slots: { m, v }, scalars: {} };
  },
  fused: { wgsl: withAdamMoments(wgsl), sums: 0, apply: 'adamApply' },
});

export const adam: OptimizerDefinition = {
  id: 'adam',
  label: 'Adam',
  family: 'baseline',
  kin: 'baseline',
  paper: {
    title: 'Adam: A Method for Stochastic Optimization',
    authors: 'Kingma, Ba',
    year: 2014,
    arxiv: '1412.6980',
    algorithm: 'Algorithm 1',
    implementation: 'torch.optim.Adam, PyTorch 1.13',
  },
  deviations: ['The AMSGrad option is left out.'],
  hyper: coupledAdamHyper,
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults (PyTorch)',
      source: 'Constructor defaults of torch.optim.Adam in PyTorch 1.13, the settings the paper recommends; no weight decay.',
      hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
    },
  ],
  traces: [],
  estimate: NO_ESTIMATE,
  nominal: adamNominal,
  diagnose: () => [],
  program: adamProgram,
};
