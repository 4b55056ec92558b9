import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dodge } from './dodge.ts';

describe('dodge', () => {
  it('leaves labels alone that do not touch', () => {
    expect(dodge([10, 50, 30], 12, 0, 100)).toEqual([10, 50, 30]);
  });
  it('moves crowded labels apart and back inside', () => {
    expect(dodge([98, 99, 100], 10, 0, 100)).toEqual([80, 90, 100]);
    expect(dodge([0, 0], 10, 0, 100)).toEqual([0, 10]);
  });
  it('spreads labels evenly when there is no room', () => {
    expect(dodge([5, 5, 5], 50, 0, 20)).toEqual([0, 10, 20]);
  });
  it('keeps order, gap and bounds', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -50, max: 250, noNaN: true }), { maxLength: 8 }), (wanted) => {
        const placed = dodge(wanted, 12, 0, 200);
        const ranks = wanted.map((_, i) => i).sort((a, b) => (wanted[a] as number) - (wanted[b] as number) || a - b);
        ranks.forEach((index, rank) => {
          const position = placed[index] as number;
          // 1e-9: sums of a dozen doubles around 200.
          expect(position).toBeGreaterThanOrEqual(-1e-9);
          expect(position).toBeLessThanOrEqual(200 + 1e-9);
          const above = ranks[rank - 1];
          if (above !== undefined) expect(position - (placed[above] as number)).toBeGreaterThanOrEqual(12 - 1e-9);
        });
      }),
    );
  });
});
