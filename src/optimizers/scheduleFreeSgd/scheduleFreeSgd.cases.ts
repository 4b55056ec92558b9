import { AVERAGING_FAULTS, averagingScenarios, moveWith, weighWith } from '../scheduleFree/averaging-faults.ts';
import type { OptimizerCases } from '../testing/cases.ts';
import type { scheduleFreeSgdProgram } from './scheduleFreeSgd.ts';

const FAULTS = {
  ...AVERAGING_FAULTS,
  noWarmup: 'warmup ignored',
  warmupMissesWeights: 'warmup left out of the weights',
  decayAtZ: 'weight decay acts at z',
  decayUnscheduled: 'weight decay does not follow the learning rate',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof scheduleFreeSgdProgram.step {
  return ({ x: y, g, L, hyper, derived, table, slots, scalars, constant }) => {
    const rate = fault === 'noWarmup' ? L : L.mul(table.warmup);
    const weighed = fault === 'warmupMissesWeights' ? L : rate;
    const average = weighWith(fault, { rate: weighed, weight: table.weight, power: hyper.weightLrPower, scalars, constant });
    const z = y.add(slots.gap.mul(hyper.momentum));
    const decay = (fault === 'decayAtZ' ? z : y).mul(hyper.weightDecay);
    const u = fault === 'decayUnscheduled' ? g.mul(rate).add(decay) : g.add(decay).mul(rate);
    const pull = average.c.mul(hyper.momentum);
    const moved = moveWith(fault, { y, gap: slots.gap, u, average, pull, oneMinusBeta: derived.oneMinusBeta });
    return { x: moved.y, slots: { gap: moved.gap }, scalars: { rate, ...average } };
  };
}

export const cases: OptimizerCases = {
  id: 'scheduleFreeSgd',
  scenarios: [
    ...averagingScenarios({ lr: 0.5, momentum: 0.6 }),
    { label: 'warmup', hyper: { lr: 0.5, momentum: 0.6, warmupSteps: 12, weightDecay: 0.2 } },
    { label: 'plain average', hyper: { lr: 0.5, momentum: 0 } },
  ],
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
