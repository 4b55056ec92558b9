/** Schedule-Free around Prodigy; see ../scheduleFree/wrapper.ts for formulas, paper, implementation and deviations. */
import { prodigy } from '../prodigy/prodigy.ts';
import { scheduleFreeOver } from '../scheduleFree/wrapper-definition.ts';
import { diagnoseOverProdigy } from './diagnose.ts';

export const scheduleFreeOverProdigy = scheduleFreeOver({
  id: 'scheduleFreeOverProdigy',
  label: 'Schedule-Free (Prodigy)',
  base: prodigy,
  baseDefaults: { beta1: 0 },
  displacement: 'p',
  sharesCounter: true,
  deviations: [
    'Wrapper and Prodigy share a counter that advances by 2 per step, as in the package; steps that Prodigy skips (no gradient yet) advance it by 1 there, not here, which shows only with r > 0 or bias correction.',
  ],
  presets: [
    {
      id: 'algoperf',
      label: 'AlgoPerf v0.5 external submission',
      source:
        'Schedule-Free Prodigy submission to AlgoPerf v0.5 (mlcommons/submissions_algorithms) with the first of its weight decays 0.3, 0.1, 0.03, 0.01, 0.003. It weighs steps by t^r alone.',
      hyper: {
        lr: 1,
        beta1: 0,
        beta2: 0.9955,
        d0: 1e-6,
        weightDecay: 0.3,
        sfMomentum: 0.9,
        r: 0.75,
        weightLrPower: 0,
      },
    },
  ],
  diagnose: diagnoseOverProdigy,
});
