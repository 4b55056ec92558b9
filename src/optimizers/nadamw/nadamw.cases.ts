import type { OptimizerCases } from '../testing/cases.ts';
import type { nadamwProgram } from './nadamw.ts';

const FAULTS = {
  noLookAhead: 'no look-ahead: plain AdamW',
  lookAheadOldM: 'look-ahead from the old first moment',
  fullGradient: 'look-ahead adds the whole gradient',
  decayAfterStep: 'weight decay acts on the moved parameters',
  decayUnscheduled: 'weight decay does not follow the learning rate',
  noBc1: 'first bias correction missing',
  noBc2: 'second bias correction missing',
  epsInside: 'eps inside the root',
  storesLookAhead: 'stores the look-ahead as the first moment',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof nadamwProgram.step {
  return ({ x, g, L, hyper, derived, table, slots }) => {
    const m = slots.m.mul(hyper.beta1).add(g.mul(derived.oneMinusBeta1));
    const v = slots.v.mul(hyper.beta2).add(g.square().mul(derived.oneMinusBeta2));
    const from = fault === 'lookAheadOldM' ? slots.m : m;
    const ahead = from.mul(hyper.beta1).add(fault === 'fullGradient' ? g : g.mul(derived.oneMinusBeta1));
    const lookAhead = fault === 'noLookAhead' ? m : ahead;
    const corrected = fault === 'noBc2' ? v : v.div(table.bc2);
    const root = fault === 'epsInside' ? corrected.add(hyper.eps).sqrt() : corrected.sqrt().add(hyper.eps);
    const direction = (fault === 'noBc1' ? lookAhead : lookAhead.div(table.bc1)).div(root);
    const rate = fault === 'decayUnscheduled' ? hyper.weightDecay : L.mul(hyper.weightDecay);
    const moved = x.sub(direction.mul(L));
    const decayed = x.sub((fault === 'decayAfterStep' ? moved : x).mul(rate));
    return { x: decayed.sub(direction.mul(L)), slots: { m: fault === 'storesLookAhead' ? lookAhead : m, v }, scalars: {} };
  };
}

export const cases: OptimizerCases = {
  id: 'nadamw',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'large steps', hyper: { lr: 0.3, beta1: 0.8, beta2: 0.95, eps: 0.1, weightDecay: 0.2 } },
    { label: 'no momentum, no decay', hyper: { lr: 0.1, beta1: 0, weightDecay: 0 } },
  ],
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
