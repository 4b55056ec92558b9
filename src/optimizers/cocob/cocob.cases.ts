import type { OptimizerCases } from '../testing/cases.ts';
import type { cocobProgram } from './cocob.ts';

const FAULTS = {
  scheduleOnStep: 'the schedule multiplies the step, not the gradient',
  noDecay: 'weight decay ignored',
  decayUnscheduled: 'weight decay does not follow the schedule',
  oldL: 'the old largest gradient in the bet',
  rewardNewBet: 'rewards the bet that is only made now',
  rewardUnclamped: 'the reward may become negative',
  noAlpha: 'alpha ignored',
  withoutL: 'the largest gradient missing beside the sum',
  noEndowment: 'the bettor starts without wealth',
  signOfTheta: 'sums gradients instead of their negatives',
  squaresSummed: 'sums squares instead of sizes',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof cocobProgram.step {
  return ({ x, g: gradient, mult, hyper, slots, sum }) => {
    const decay = x.mul(hyper.weightDecay);
    const decayed = fault === 'noDecay' || fault === 'decayUnscheduled' ? gradient : gradient.add(decay);
    const scheduled = fault === 'scheduleOnStep' ? decayed : decayed.mul(mult);
    const g = fault === 'decayUnscheduled' ? scheduled.add(decay) : scheduled;
    type V = typeof g;
    const displacement = (theta: V, G: V, L: V, R: V): V => {
      const seen = fault === 'withoutL' ? G : G.add(L);
      const bound = fault === 'noAlpha' ? seen : seen.maximum(L.mul(hyper.alpha));
      return theta.div(bound).mul(fault === 'noEndowment' ? R.div(L) : R.add(L).div(L));
    };
    const p = displacement(slots.theta, slots.G, slots.L, slots.R);
    const L = slots.L.maximum(g.abs());
    const G = slots.G.add(fault === 'squaresSummed' ? g.square() : g.abs());
    const theta = fault === 'signOfTheta' ? slots.theta.add(g) : slots.theta.sub(g);
    const bet = fault === 'rewardNewBet' ? displacement(theta, G, L, slots.R) : p;
    const won = slots.R.sub(g.mul(bet));
    const R = fault === 'rewardUnclamped' ? won : won.maximum(0);
    const pNew = displacement(theta, G, fault === 'oldL' ? slots.L : L, R);
    const [sumR, sumL, sumG] = [sum(R), sum(L), sum(G)];
    return {
      x: slots.x0.add(fault === 'scheduleOnStep' ? pNew.mul(mult) : pNew),
      slots: { x0: slots.x0, L, G, R, theta },
      scalars: { sumR, sumL, sumG, wealth: sumR.div(sumL).add(1) },
    };
  };
}

export const cases: OptimizerCases = {
  id: 'cocob',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'large bets', hyper: { alpha: 2, eps: 0.5, weightDecay: 0.2 } },
    { label: 'cautious', hyper: { alpha: 10, weightDecay: 0.5 } },
  ],
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
