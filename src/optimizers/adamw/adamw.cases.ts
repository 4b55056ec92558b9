import { adamCases } from '../testing/adam-cases.ts';

export const cases = adamCases({
  id: 'adamw',
  decay: 'decoupled',
  ownFaults: { noBc1: 'first bias correction missing', oldM: 'steps along the old first moment' },
  numerator({ slots, table }, { m }, fault) {
    const along = fault === 'oldM' ? slots.m : m;
    return { numerator: fault === 'noBc1' ? along : along.div(table.bc1), stored: m };
  },
});
