import { numberOf } from '../../kernels/step-program.ts';
import { goldenRules, number } from '../golden.ts';
import { averageScalars, baseIterate, rateScalars, warmupRules, weightRules } from '../scheduleFree/averaging-golden.ts';

export const golden = goldenRules({
  source: 'sf_sgd',
  rules: { lr: number('lr'), momentum: number('momentum'), weight_decay: number('weightDecay'), ...warmupRules, ...weightRules },
  scalars: { ...rateScalars, ...averageScalars },
  slots: { z: baseIterate((hyper) => numberOf(hyper, 'momentum')) },
});
