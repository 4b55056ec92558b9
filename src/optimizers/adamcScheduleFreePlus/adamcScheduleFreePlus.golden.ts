import { numberOf } from '../../kernels/step-program.ts';
import { adamRules, adamSlots, type DerivedBuffer, type DerivedScalar, goldenRules, number } from '../golden.ts';
import { averageScalars, rateScalars, weightRules } from '../scheduleFree/averaging-golden.ts';

/** Where the gap puts a point: y - (1 - B) gap is x, and y + B gap is z. */
const along =
  (share: (oneMinusB: number) => number): DerivedBuffer =>
  ({ params, slots, scalars }) =>
    Array.from(params, (y, index) => y + share(scalars.oneMinusB?.[0] ?? Number.NaN) * (slots.gap?.[index] ?? Number.NaN));

/** The files have 0 for c while the package forces it to 1 and keeps no weights. */
const recordedC: DerivedScalar = ({ c = [], k = [] }, hyper) => ((k[0] ?? 0) <= numberOf(hyper, 'cWarmup') ? [0] : c);

export const golden = goldenRules({
  source: 'sf_adamc_plus',
  rules: {
    ...adamRules,
    ...weightRules,
    sf_beta1: number('sfBeta1'),
    polyak_beta: number('polyakBeta'),
    c_warmup: number('cWarmup'),
    sf_beta1_anneal_steps: number('annealSteps'),
    sf_beta1_max: number('sfBeta1Max'),
  },
  scalars: {
    ...rateScalars,
    ...averageScalars,
    ckp1: recordedC,
    grad_l1_ema_corr: 'G',
    function_value_ema: 'F',
    ip_term: 'ip',
  },
  slots: {
    ...adamSlots,
    x: along((oneMinusB) => -oneMinusB),
    y: along(() => 0),
    z: along((oneMinusB) => 1 - oneMinusB),
  },
});
