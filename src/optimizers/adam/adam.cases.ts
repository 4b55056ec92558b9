import { adamCases } from '../testing/adam-cases.ts';

export const cases = adamCases({
  id: 'adam',
  decay: 'coupled',
  ownFaults: { noBc1: 'first bias correction missing', bc2ForM: 'first moment corrected like the second' },
  numerator({ table }, { m }, fault) {
    const correction = fault === 'bc2ForM' ? table.bc2 : table.bc1;
    return { numerator: fault === 'noBc1' ? m : m.div(correction), stored: m };
  },
});
