import type { OptimizerCases } from '../testing/cases.ts';
import type { adamwProgram } from './adamw.ts';

const FAULTS = {
  decayAfterStep: 'weight decay acts on the moved parameters',
  decayUnscheduled: 'weight decay does not follow the learning rate',
  decayCoupled: 'weight decay enters the gradient',
  noBc1: 'first bias correction missing',
  noBc2: 'second bias correction missing',
  epsInside: 'eps inside the root',
  epsBeforeCorrection: 'eps added before the second bias correction',
  vOfM: 'second moment of the average instead of the gradient',
  oldM: 'steps along the old first moment',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof adamwProgram.step {
  return ({ x, g: gradient, L, hyper, derived, table, slots }) => {
    const g = fault === 'decayCoupled' ? gradient.add(x.mul(hyper.weightDecay)) : gradient;
    const m = slots.m.mul(hyper.beta1).add(g.mul(derived.oneMinusBeta1));
    const v = slots.v.mul(hyper.beta2).add((fault === 'vOfM' ? m : g).square().mul(derived.oneMinusBeta2));
    const corrected = fault === 'noBc2' ? v : v.div(table.bc2);
    const root =
      fault === 'epsInside'
        ? corrected.add(hyper.eps).sqrt()
        : fault === 'epsBeforeCorrection'
          ? v.sqrt().add(hyper.eps).div(table.bc2.sqrt())
          : corrected.sqrt().add(hyper.eps);
    const numerator = fault === 'oldM' ? slots.m : m;
    const direction = (fault === 'noBc1' ? numerator : numerator.div(table.bc1)).div(root);
    const rate = fault === 'decayUnscheduled' ? hyper.weightDecay : L.mul(hyper.weightDecay);
    const moved = x.sub(direction.mul(L));
    const decayed = fault === 'decayCoupled' ? x : x.sub((fault === 'decayAfterStep' ? moved : x).mul(rate));
    return { x: decayed.sub(direction.mul(L)), slots: { m, v }, scalars: {} };
  };
}

export const cases: OptimizerCases = {
  id: 'adamw',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'large steps', hyper: { lr: 0.3, beta1: 0.8, beta2: 0.95, eps: 0.1, weightDecay: 0.2 } },
    { label: 'no momentum, no decay', hyper: { lr: 0.1, beta1: 0, weightDecay: 0 } },
  ],
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
