import { describe, expect, it } from 'vitest';
import { verdictOf } from './verdict.ts';

describe('the verdict on a re-run', () => {
  it.each([
    [{ kind: 'identical', samples: 32 }, 'Identical: all 32 shared losses came out with the same bits.'],
    [
      { kind: 'agrees', deviation: 0.0123, untilStep: 112, isThroughout: false, reasons: [] },
      'Agrees to 1.2 % until step 112, then the runs part.',
    ],
    [{ kind: 'agrees', deviation: 1e-7, untilStep: 300, isThroughout: true, reasons: [] }, 'Agrees to less than 0.01 % to the end.'],
    [{ kind: 'differs', deviation: 0.31, atStep: 38, reasons: [] }, 'Differs: at step 38, the first shared one, losses are 31 % apart.'],
    [{ kind: 'incomplete' }, 'The run did not get as far as the first shared sample.'],
  ] as const)('says what %o means', (comparison, sentence) => {
    expect(verdictOf(comparison).sentence).toBe(sentence);
  });
});
