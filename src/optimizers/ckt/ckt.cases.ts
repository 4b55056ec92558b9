import type { OptimizerCases } from '../testing/cases.ts';
import { GRADIENTS_WITHIN_BOUND } from '../testing/gradients.ts';
import type { cktProgram } from './ckt.ts';

const FAULTS = {
  scheduleOnStep: 'the schedule multiplies the step, not the gradient',
  noDecay: 'weight decay ignored',
  decayUnscheduled: 'weight decay does not follow the schedule',
  countsZeros: 'gradients of zero count as rounds',
  oldWealth: 'bets the wealth from before this round',
  signOfReward: 'wins when it should lose',
  thetaUnscheduled: 'sums gradients without the schedule',
  roundsOld: 'the number of rounds lags by one',
  outsideForgets: 'counts only the coordinates beyond the bound in the last step',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof cktProgram.step {
  return ({ x, g: gradient, mult, hyper, slots, scalars, sum }) => {
    const decay = x.mul(hyper.weightDecay);
    const decayed = fault === 'noDecay' || fault === 'decayUnscheduled' ? gradient : gradient.add(decay);
    const scheduled = fault === 'scheduleOnStep' ? decayed : decayed.mul(mult);
    const g = fault === 'decayUnscheduled' ? scheduled.add(decay) : scheduled;
    const p = slots.theta.mul(slots.R.div(slots.n));
    const R = fault === 'signOfReward' ? slots.R.add(g.mul(p)) : slots.R.sub(g.mul(p));
    const n = fault === 'countsZeros' ? slots.n.add(1) : slots.n.add(g.sign().abs());
    const theta = slots.theta.sub(fault === 'thetaUnscheduled' ? decayed : g);
    const wealth = fault === 'oldWealth' ? slots.R : R;
    const pNew = theta.mul(wealth.div(fault === 'roundsOld' ? slots.n : n));
    const beyond = sum(g.abs().sub(1).maximum(0).sign());
    return {
      x: slots.x0.add(fault === 'scheduleOnStep' ? pNew.mul(mult) : pNew),
      slots: { x0: slots.x0, R, n, theta },
      scalars: { sumR: sum(R), sumN: sum(n), outside: fault === 'outsideForgets' ? beyond : scalars.outside.maximum(beyond) },
    };
  };
}

export const cases: OptimizerCases = {
  id: 'ckt',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'rich', hyper: { w: 10, weightDecay: 0.3 } },
  ],
  convergence: {
    steps: 20_000,
    hyper: { w: 10 },
    reason:
      'Bets are won in proportion to the square of a gradient, which is below 0.1 for each coordinate here, and the sum of gradients never forgets: the last point comes nearer very slowly.',
  },
  gradients: GRADIENTS_WITHIN_BOUND,
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
