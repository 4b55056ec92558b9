import { numberOf } from '../../kernels/step-program.ts';
import { optaxEstimateWarnings, scalarSymbol } from '../card-parts.ts';
import { UNLIMITED_GROWTH } from '../prodigy/prodigy.ts';
import { flagOf, floatOf, intOf, pythonCall, tupleOf } from '../python.ts';
import { wrapperCard } from '../scheduleFree/wrapper-card.ts';

export const card = wrapperCard({
  baseLabel: 'Prodigy',
  rateUnit: 'no unit',
  rate: '\\s{L}\\, \\s{d}_{t+1}',
  symbols: [scalarSymbol('d', 'd', "Prodigy's estimate of the distance from the start to a solution.", 'parameter units')],
  idea: 'Schedule-Free takes the schedule away and Prodigy the learning rate: Prodigy makes its steps from z, with gradients taken between z and its running average x. Steps enter the average weighted by the estimate d, so that those before it was found hardly count.',
  torch: {
    packages: ['prodigyopt==1.1.2'],
    imports: ['from prodigyopt import Prodigy'],
    construct: (hyper, lr) =>
      pythonCall('Prodigy', ['model.parameters()'], {
        lr,
        betas: tupleOf(hyper, 'beta1', 'beta2'),
        beta3: numberOf(hyper, 'beta3') === 0 ? null : floatOf(hyper, 'beta3'),
        eps: floatOf(hyper, 'eps'),
        weight_decay: floatOf(hyper, 'weightDecay'),
        decouple: flagOf(hyper, 'decouple'),
        use_bias_correction: flagOf(hyper, 'useBiasCorrection'),
        safeguard_warmup: flagOf(hyper, 'safeguardWarmup'),
        d0: floatOf(hyper, 'd0'),
        d_coef: floatOf(hyper, 'dCoef'),
        growth_rate: floatOf(hyper, 'growthRate'),
        slice_p: intOf(hyper, 'sliceP'),
      }),
    warnings: () => [],
  },
  optax: {
    construct: (hyper, lr) =>
      pythonCall('optax.contrib.prodigy', [], {
        learning_rate: lr,
        betas: tupleOf(hyper, 'beta1', 'beta2'),
        beta3: numberOf(hyper, 'beta3') === 0 ? null : floatOf(hyper, 'beta3'),
        eps: floatOf(hyper, 'eps'),
        estim_lr0: floatOf(hyper, 'd0'),
        estim_lr_coef: floatOf(hyper, 'dCoef'),
        weight_decay: floatOf(hyper, 'weightDecay'),
        safeguard_warmup: flagOf(hyper, 'safeguardWarmup'),
      }),
    warnings: (hyper) => [
      'optax gives Prodigy the parameters y instead of z, and weighs steps by the learning rate without d.',
      ...optaxEstimateWarnings(hyper, UNLIMITED_GROWTH),
    ],
  },
});
