import { numberOf } from '../../kernels/step-program.ts';
import { adamRules, adamSlots, goldenRules, number } from '../golden.ts';
import { averageScalars, baseIterate, rateScalars, warmupRules, weightRules } from '../scheduleFree/averaging-golden.ts';

export const golden = goldenRules({
  source: 'sf_adamw',
  rules: { ...adamRules, ...warmupRules, ...weightRules, inner_momentum: number('innerMomentum') },
  scalars: { ...rateScalars, ...averageScalars },
  slots: { ...adamSlots, z: baseIterate((hyper) => numberOf(hyper, 'beta1')) },
});
