import { AVERAGING_FAULTS, averagingScenarios, moveWith, weighWith } from '../scheduleFree/averaging-faults.ts';
import type { OptimizerCases } from '../testing/cases.ts';
import type { scheduleFreeAdamwProgram } from './scheduleFreeAdamw.ts';

const FAULTS = {
  ...AVERAGING_FAULTS,
  noWarmup: 'warmup ignored',
  decayAtZ: 'weight decay acts at z',
  decayNormalised: 'weight decay enters the gradient',
  noBc2: 'bias correction of the second moment missing',
  epsInside: 'eps inside the root',
  innerIgnored: 'inner momentum ignored',
  noBcInner: 'bias correction of the inner momentum missing',
  beta1AsMoment: 'beta1 also averages the gradient',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof scheduleFreeAdamwProgram.step {
  return ({ x: y, g: gradient, L, hyper, derived, table, slots, scalars, constant }) => {
    const decay = y.mul(hyper.weightDecay);
    const g = fault === 'decayNormalised' ? gradient.add(decay) : gradient;
    const rate = fault === 'noWarmup' ? L : L.mul(table.warmup);
    const average = weighWith(fault, { rate, weight: table.weight, power: hyper.weightLrPower, scalars, constant });
    const z = y.add(slots.gap.mul(hyper.beta1));
    const inner = fault === 'beta1AsMoment' ? hyper.beta1 : hyper.innerMomentum;
    const hasInner = inner.greater(0);
    const fresh = g.mul(fault === 'beta1AsMoment' ? derived.oneMinusBeta : derived.oneMinusInner);
    const m = slots.m.mul(inner).add(fresh).where(hasInner, slots.m);
    const v = slots.v.mul(hyper.beta2).add(g.square().mul(derived.oneMinusBeta2));
    const corrected = fault === 'noBc2' ? v : v.div(table.bc2);
    const root = fault === 'epsInside' ? corrected.add(hyper.eps).sqrt() : corrected.sqrt().add(hyper.eps);
    const mean = fault === 'noBcInner' ? m : m.div(table.bcInner);
    const normalised = (fault === 'innerIgnored' ? g : mean.where(hasInner, g)).div(root);
    const late = fault === 'decayAtZ' ? z.mul(hyper.weightDecay) : decay;
    const u = (fault === 'decayNormalised' ? normalised : normalised.add(late)).mul(rate);
    const pull = average.c.mul(hyper.beta1);
    const moved = moveWith(fault, { y, gap: slots.gap, u, average, pull, oneMinusBeta: derived.oneMinusBeta });
    return { x: moved.y, slots: { gap: moved.gap, v, m }, scalars: { rate, ...average } };
  };
}

const pace = { lr: 0.5, beta1: 0.6, beta2: 0.9, eps: 0.1 };

export const cases: OptimizerCases = {
  id: 'scheduleFreeAdamw',
  scenarios: [
    ...averagingScenarios(pace),
    { label: 'warmup', hyper: { ...pace, warmupSteps: 12, weightDecay: 0.3 } },
    { label: 'inner momentum', hyper: { ...pace, innerMomentum: 0.7 } },
    { label: 'plain average', hyper: { ...pace, beta1: 0 } },
  ],
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
