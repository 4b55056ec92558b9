import { numberOf } from '../../kernels/step-program.ts';
import { adamRules, adamSlots, flag, goldenRules, number, numberOr } from '../golden.ts';
import { UNLIMITED_GROWTH } from './prodigy.ts';

export const golden = goldenRules({
  source: 'prodigy',
  rules: {
    ...adamRules,
    beta3: numberOr('beta3', 0),
    decouple: flag('decouple'),
    use_bias_correction: flag('useBiasCorrection'),
    safeguard_warmup: flag('safeguardWarmup'),
    d0: number('d0'),
    d_coef: number('dCoef'),
    growth_rate: numberOr('growthRate', UNLIMITED_GROWTH),
    slice_p: number('sliceP'),
  },
  scalars: {
    d: 'd',
    d_max: 'dMax',
    d_hat: 'dHat',
    d_numerator: ({ N = [] }, hyper) => N.map((value) => value / numberOf(hyper, 'd0')),
    d_denom: 'den',
    k: 'k',
  },
  slots: { ...adamSlots, s: 's' },
});
