import type { OptimizerCases } from '../testing/cases.ts';
import { GRADIENTS_WITHIN_BOUND } from '../testing/gradients.ts';
import type { ktProgram } from './kt.ts';

const FAULTS = {
  decayInWealth: 'the wealth is paid by the gradient with weight decay',
  scheduleInWealth: 'the wealth is paid by the scheduled gradient',
  noSchedule: 'the schedule does not enter the sum of gradients',
  roundsLate: 'the number of rounds lags by one',
  oldWealth: 'bets the wealth from before this round',
  signOfWealth: 'wins when it should lose',
  newThetaInWealth: 'is paid for the bet that is only made now',
  noDecay: 'weight decay ignored',
  gMaxForgets: 'the largest norm is only the last one',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof ktProgram.step {
  return ({ x, g, mult, hyper, table, slots, scalars, sum }) => {
    const { bet } = scalars;
    const decayed = fault === 'noDecay' ? g : g.add(x.mul(hyper.weightDecay));
    const theta = slots.theta.sub(fault === 'noSchedule' ? decayed : decayed.mul(mult));
    const paid = fault === 'decayInWealth' ? decayed : fault === 'scheduleInWealth' ? g.mul(mult) : g;
    const lost = bet.mul(sum((fault === 'newThetaInWealth' ? theta : slots.theta).mul(paid)));
    const W = fault === 'signOfWealth' ? scalars.W.add(lost) : scalars.W.sub(lost);
    const betNew = (fault === 'oldWealth' ? scalars.W : W).div(fault === 'roundsLate' ? table.rounds.sub(1) : table.rounds);
    const norm = sum(g.abs().minimum(1e15).square()).sqrt();
    const gMax = fault === 'gMaxForgets' ? norm : scalars.gMax.maximum(norm);
    return { x: slots.x0.add(theta.mul(betNew)), slots: { x0: slots.x0, theta }, scalars: { W, bet: betNew, gMax } };
  };
}

export const cases: OptimizerCases = {
  id: 'kt',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'rich', hyper: { w: 10, weightDecay: 0.3 } },
  ],
  gradients: GRADIENTS_WITHIN_BOUND,
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
