import { adamCases } from '../testing/adam-cases.ts';

export const cases = adamCases({
  id: 'nadamw',
  decay: 'decoupled',
  ownFaults: {
    noLookAhead: 'no look-ahead: plain AdamW',
    lookAheadOldM: 'look-ahead from the old first moment',
    fullGradient: 'look-ahead adds the whole gradient',
    noBc1: 'first bias correction missing',
    storesLookAhead: 'stores the look-ahead as the first moment',
  },
  numerator({ hyper, derived, table, slots }, { g, m }, fault) {
    const from = fault === 'lookAheadOldM' ? slots.m : m;
    const ahead = from.mul(hyper.beta1).add(fault === 'fullGradient' ? g : g.mul(derived.oneMinusBeta1));
    const lookAhead = fault === 'noLookAhead' ? m : ahead;
    return { numerator: fault === 'noBc1' ? lookAhead : lookAhead.div(table.bc1), stored: fault === 'storesLookAhead' ? lookAhead : m };
  },
});
