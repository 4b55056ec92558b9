import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rocAuc } from './roc-auc.ts';

it('counts equal scores of both labels one half, as the comparison of all pairs does', () => {
  const rows = fc.array(fc.record({ score: fc.constantFrom(-1, -0, 0, 0.5, 2), label: fc.constantFrom(0, 1) }), { minLength: 2 });
  fc.assert(
    fc.property(rows, (drawn) => {
      const given = [...drawn, { score: 0, label: 0 }, { score: 0.5, label: 1 }];
      const of = (wanted: number): number[] => given.filter(({ label }) => label === wanted).map(({ score }) => score);
      const pairs = of(1).flatMap((one) => of(0).map((zero): number => (one > zero ? 1 : one === zero ? 0.5 : 0)));
      const expected = pairs.reduce((sum, value) => sum + value) / pairs.length;
      const found = rocAuc(
        given.map(({ score }) => score),
        given.map(({ label }) => label),
      );
      expect(found).toBeCloseTo(expected, 12);
    }),
  );
});

it('is not a number where a score is none, or one label is missing', () => {
  expect(rocAuc([1, Number.NaN, 2], [0, 1, 1])).toBeNaN();
  expect(rocAuc([1, 2], [1, 1])).toBeNaN();
});
