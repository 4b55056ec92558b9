import { numberOf } from '../../kernels/step-program.ts';
import type { OptimizerCard } from '../card.ts';
import {
  ADAM_UPDATE_UNIT,
  beta1Symbol,
  beta2Symbol,
  decoupledDecaySymbol,
  GRADIENT_UNIT,
  gSymbol,
  hyperSymbol,
  LSymbol,
  optaxCoupled,
  optaxEstimateWarnings,
  scalarSymbol,
  xSymbol,
} from '../card-parts.ts';
import { intOf, pythonCall, tupleOf } from '../python.ts';
import { UNLIMITED_GROWTH } from './prodigy.ts';

export const card: OptimizerCard = {
  update: [
    '\\s{dlr}_k = \\s{d}_k\\, \\s{L}_k\\, b_k, \\qquad b_k = 1 \\text{, or } \\frac{\\sqrt{1 - \\s{beta2}^{k+1}}}{1 - \\s{beta1}^{k+1}} \\text{ with bias correction}',
    '\\s{m}_{k+1} = \\s{beta1}\\, \\s{m}_k + (1 - \\s{beta1})\\, \\s{d}_k\\, \\s{g}_k',
    '\\s{v}_{k+1} = \\s{beta2}\\, \\s{v}_k + (1 - \\s{beta2})\\, \\s{d}_k^2\\, \\s{g}_k^2',
    '\\s{s}_{k+1} = \\s{beta3}\\, \\s{s}_k + \\frac{\\s{d}_k}{\\s{d0}}\\, \\s{dlr}_k\\, \\s{g}_k, \\qquad \\text{with } \\s{d}_k \\text{ for } \\s{dlr}_k \\text{ under safeguard warmup}',
    '\\s{N}_{k+1} = \\s{beta3}\\, \\s{N}_k + \\s{d}_k\\, \\s{dlr}_k\\, \\langle \\s{g}_k,\\ \\s{x}_0 - \\s{x}_k \\rangle',
    '\\s{dHat}_{k+1} = \\s{dCoef}\\, \\frac{\\s{N}_{k+1}}{\\s{d0}\\, \\s{den}_{k+1}}, \\qquad \\s{den}_{k+1} = \\lVert \\s{s}_{k+1} \\rVert_1',
    '\\s{dMax}_{k+1} = \\max(\\s{dMax}_k,\\ \\s{dHat}_{k+1}), \\qquad \\s{d}_{k+1} = \\min(\\s{dMax}_{k+1},\\ \\s{growthRate}\\, \\s{d}_k)',
    '\\s{x}_{k+1} = \\s{x}_k - \\s{dlr}_k \\left( \\s{weightDecay}\\, \\s{x}_k + \\frac{\\s{m}_{k+1}}{\\sqrt{\\s{v}_{k+1}} + \\s{d}_{k+1}\\, \\s{eps}} \\right)',
  ],
  symbols: [
    xSymbol,
    gSymbol,
    LSymbol('no unit'),
    scalarSymbol('d', 'd', 'The estimate in use, of the max-norm distance from the start to a solution.', 'parameter units'),
    { id: 'dlr', tex: '\\eta', meaning: 'Step size of this step: the old estimate times multiplier and schedule.', unit: ADAM_UPDATE_UNIT },
    { id: 'm', tex: 'm', meaning: 'First moment, of gradients times the d of their time.', unit: 'loss units' },
    { id: 'v', tex: 'v', meaning: 'Second moment, of the squares of the same.', unit: 'squared loss units' },
    { id: 's', tex: 's', meaning: 'Decayed sum of weighted gradients.', unit: GRADIENT_UNIT },
    scalarSymbol('N', 'N', 'Decayed sum of how far gradients agree with the way gone.', 'loss units x squared parameter units'),
    scalarSymbol('den', 'S', 'Size of the weighted gradients, by which that sum is divided.', GRADIENT_UNIT),
    scalarSymbol('dHat', '\\hat d', "This step's raw estimate.", 'parameter units'),
    scalarSymbol('dMax', 'd^{\\max}', 'Largest raw estimate so far; d climbs towards it.', 'parameter units'),
    hyperSymbol('d0', 'd_0', 'Initial estimate, which should be too small.', 'parameter units'),
    hyperSymbol('dCoef', 'c', 'Multiplies the raw estimate.', 'no unit'),
    hyperSymbol('growthRate', '\\gamma', 'Largest growth of d in one step, except for the first move away from its start.', 'no unit'),
    beta1Symbol,
    beta2Symbol,
    hyperSymbol('beta3', '\\beta_3', 'Decay of the two sums behind the estimate; 0 stands for the root of beta2.', 'no unit, per step'),
    hyperSymbol('eps', '\\epsilon', 'Times d, keeps the step from dividing by zero.', GRADIENT_UNIT),
    decoupledDecaySymbol,
  ],
  idea: 'The best constant step is proportional to the distance from the start to a solution. Prodigy estimates that distance while it trains, from a start that is far too small: as long as gradients go on pointing along the way already gone, the estimate d grows. The steps are those of Adam, with d in place of a learning rate.',
  torch: {
    packages: ['prodigyopt==1.1.2'],
    imports: ['from prodigyopt import Prodigy'],
    construct: (hyper, lr) =>
      pythonCall('Prodigy', ['model.parameters()'], {
        lr,
        betas: tupleOf(hyper, 'beta1', 'beta2'),
        beta3: numberOf(hyper, 'beta3') === 0 ? null : numberOf(hyper, 'beta3'),
        eps: numberOf(hyper, 'eps'),
        weight_decay: numberOf(hyper, 'weightDecay'),
        decouple: hyper.decouple === true,
        use_bias_correction: hyper.useBiasCorrection === true,
        safeguard_warmup: hyper.safeguardWarmup === true,
        d0: numberOf(hyper, 'd0'),
        d_coef: numberOf(hyper, 'dCoef'),
        growth_rate: numberOf(hyper, 'growthRate'),
        slice_p: intOf(hyper, 'sliceP'),
      }),
    warnings: () => ['In float32 the package loses digits of x0 - x while d is tiny, so that its early estimates differ by about 1 %.'],
  },
  optax: {
    packages: [],
    imports: [],
    construct(hyper, lr) {
      const isCoupled = hyper.decouple !== true;
      const prodigy = pythonCall('optax.contrib.prodigy', [lr], {
        betas: tupleOf(hyper, 'beta1', 'beta2'),
        beta3: numberOf(hyper, 'beta3') === 0 ? null : numberOf(hyper, 'beta3'),
        eps: numberOf(hyper, 'eps'),
        estim_lr0: numberOf(hyper, 'd0'),
        estim_lr_coef: numberOf(hyper, 'dCoef'),
        weight_decay: isCoupled ? 0 : numberOf(hyper, 'weightDecay'),
        ...(hyper.safeguardWarmup === true ? { safeguard_warmup: true } : {}),
      });
      return isCoupled ? optaxCoupled(hyper, prodigy) : prodigy;
    },
    warnings: (hyper) => [
      // Coupled decay is chained in front.
      ...optaxEstimateWarnings({ ...hyper, decouple: true }, UNLIMITED_GROWTH),
      ...(numberOf(hyper, 'sliceP') > 1 ? ['optax estimates d from all entries, not from every p-th one.'] : []),
    ],
  },
};
