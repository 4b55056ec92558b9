import { numberOf } from '../../kernels/step-program.ts';
import { adamRules, adamSlots, flag, goldenRules } from '../golden.ts';
import { averageScalars, baseIterate, rateScalars, weightRules } from '../scheduleFree/averaging-golden.ts';

export const golden = goldenRules({
  source: 'sf_radam',
  rules: { ...adamRules, ...weightRules, silent_sgd_phase: flag('silentSgdPhase') },
  scalars: { ...rateScalars, ...averageScalars },
  slots: { ...adamSlots, z: baseIterate((hyper) => numberOf(hyper, 'beta1')) },
});
