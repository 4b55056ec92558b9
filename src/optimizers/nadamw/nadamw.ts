/**
 * NAdamW: AdamW with a Nesterov look-ahead, one more averaging step applied to the updated first moment.
 *
 *   x <- x (1 - L weightDecay);  m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2
 *   x <- x - L ((beta1 m + (1 - beta1) g) / bc1) / (sqrt(v / bc2) + eps),  bc_i = 1 - beta_i^(k+1)
 *
 * Paper: Dahl et al., "Benchmarking Neural Network Training Algorithms" (arXiv 2306.07179), the NadamW baseline.
 * Implementation followed: class NAdamW of the AlgoPerf target-setting algorithms, mlcommons/algorithmic-efficiency 2c90454.
 * Deviations: none. It is not torch's NAdam, and not optax's Nesterov Adam (which divides the m part by 1 - beta1^(k+2)).
 */
import { defineProgram } from '../../kernels/step-program.ts';
import { adamBiasCorrections, adamMoments, adamProgramParts, decayedParameters, withAdamMoments } from '../adam-family.ts';
import { adamHyper, adamNominal, adamPublishedPoints } from '../adam-hyper.ts';
import { NO_ESTIMATE } from '../baseline.ts';
import type { OptimizerDefinition } from '../definition.ts';
import wgsl from './nadamw.wgsl?raw';

export const nadamwProgram = defineProgram({
  ...adamProgramParts,
  id: 'nadamw',
  rowHyper: ['lr', 'beta1', 'beta2', 'eps', 'weightDecay'],
  blockHyper: [],
  table: adamBiasCorrections,
  step(input) {
    const { g, L, hyper, derived, table } = input;
    const { m, v, root } = adamMoments(g, input);
    const lookAhead = m.mul(hyper.beta1).add(g.mul(derived.oneMinusBeta1));
    const direction = lookAhead.div(table.bc1).div(root);
    return { x: decayedParameters(input).sub(direction.mul(L)), slots: { m, v }, scalars: {} };
  },
  fused: { wgsl: withAdamMoments(wgsl), sums: 0, apply: 'nadamwApply' },
});

export const nadamw: OptimizerDefinition = {
  id: 'nadamw',
  label: 'NAdamW',
  family: 'baseline',
  kin: 'baseline',
  paper: {
    title: 'Benchmarking Neural Network Training Algorithms',
    authors: 'Dahl et al.',
    year: 2023,
    arxiv: '2306.07179',
    algorithm: 'NadamW baseline',
    implementation: 'NAdamW of mlcommons/algorithmic-efficiency, commit 2c90454',
  },
  deviations: [],
  hyper: adamHyper,
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults (AlgoPerf)',
      source: 'Constructor defaults of NAdamW in mlcommons/algorithmic-efficiency, commit 2c90454.',
      hyper: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01 },
    },
    ...adamPublishedPoints,
    {
      id: 'selfTuning05',
      label: 'Self-tuning baseline v0.5',
      source: 'AlgoPerf v0.5 self-tuning NadamW baseline (mlcommons/algorithmic-efficiency, algorithms/baselines/self_tuning).',
      hyper: {
        lr: 0.0017486387539278373,
        beta1: 1 - 0.06733926164,
        beta2: 0.9955159689799007,
        eps: 1e-8,
        weightDecay: 0.08121616522670176,
      },
      warmup: 0.02,
      dropout: 0.1,
    },
    {
      id: 'selfTuning06',
      label: 'Self-tuning baseline, newer',
      source: 'The newer self-tuning NadamW baseline (mlcommons/submissions_algorithms, submissions/self_tuning/nadamw).',
      hyper: { lr: 0.00190834618600756, beta1: 1 - 0.09090652249, beta2: 0.998898321921855, eps: 1e-8, weightDecay: 0.08121616522670176 },
      warmup: 0.1,
      dropout: 0,
    },
    {
      id: 'resnet',
      label: 'Default for ResNet',
      source: '"NadamW default for ResNet" (mlcommons/submissions_algorithms, submissions/self_tuning/nadamw_resnet).',
      hyper: {
        lr: 0.004126541534675243,
        beta1: 1 - 0.00780309833,
        beta2: 0.9966054696718922,
        eps: 1e-8,
        weightDecay: 0.05371805022820654,
      },
      warmup: 0.05,
      dropout: 0.1,
    },
  ],
  traces: [],
  estimate: NO_ESTIMATE,
  nominal: adamNominal,
  diagnose: () => [],
  program: nadamwProgram,
};
