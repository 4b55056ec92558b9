import { AVERAGING_FAULTS, averagingScenarios, moveWith, weighWith } from '../scheduleFree/averaging-faults.ts';
import type { OptimizerCases } from '../testing/cases.ts';
import type { scheduleFreeRadamProgram } from './scheduleFreeRadam.ts';

const FAULTS = {
  ...AVERAGING_FAULTS,
  notRectified: 'rectification missing',
  weightsNotRectified: 'rectification left out of the weights',
  alwaysNormalised: 'the first steps are normalised too',
  neverNormalised: 'no step is normalised',
  neverSilent: 'silentSgdPhase ignored',
  decayAtZ: 'weight decay acts at z',
  noBc2: 'bias correction of the second moment missing',
  epsInside: 'eps inside the root',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof scheduleFreeRadamProgram.step {
  return ({ x: y, g, L, hyper, derived, table, slots, scalars, constant }) => {
    const isRectified = table.isRectified.greater(0);
    const moves = isRectified.logicalNot().logicalAnd(table.factor.equal(0)).logicalNot();
    const whole = fault === 'notRectified' ? L.where(moves, constant(0)) : L.mul(table.factor);
    const rate = fault === 'neverSilent' ? whole.where(isRectified, L) : whole;
    const weighed = fault === 'weightsNotRectified' ? L : rate;
    const average = weighWith(fault, { rate: weighed, weight: table.weight, power: hyper.weightLrPower, scalars, constant });
    const z = y.add(slots.gap.mul(hyper.beta1));
    const v = slots.v.mul(hyper.beta2).add(g.square().mul(derived.oneMinusBeta2));
    const corrected = fault === 'noBc2' ? v : v.div(table.bc2);
    const normalised = g.div(fault === 'epsInside' ? corrected.add(hyper.eps).sqrt() : corrected.sqrt().add(hyper.eps));
    const chosen = fault === 'alwaysNormalised' ? normalised : fault === 'neverNormalised' ? g : normalised.where(isRectified, g);
    const u = chosen.add((fault === 'decayAtZ' ? z : y).mul(hyper.weightDecay)).mul(rate);
    const pull = average.c.mul(hyper.beta1);
    const moved = moveWith(fault, { y, gap: slots.gap, u, average, pull, oneMinusBeta: derived.oneMinusBeta });
    return { x: moved.y, slots: { gap: moved.gap, v }, scalars: { rate, ...average } };
  };
}

/** With gradient steps first the learning rate grows from the start, so that the weights have something to follow. */
const pace = { lr: 0.5, beta1: 0.6, beta2: 0.9, eps: 0.1, silentSgdPhase: false };

export const cases: OptimizerCases = {
  id: 'scheduleFreeRadam',
  scenarios: [
    ...averagingScenarios(pace),
    { label: 'gradient steps only', hyper: { ...pace, beta2: 0.5 } },
    { label: 'silent at first', hyper: { ...pace, silentSgdPhase: true } },
    { label: 'plain average', hyper: { ...pace, beta1: 0 } },
  ],
  convergence: { steps: 600, reason: 'At beta2 = 0.999 the rectification keeps the first 400 steps below half the learning rate.' },
  standsStill: { steps: 3, reason: 'At beta2 = 0.999 the silent phase ends with step 4, the idle one included.' },
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
