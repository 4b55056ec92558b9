import { expect, it } from 'vitest';
import { FUSED_ALIGN } from '../layout.ts';
import { planSpans } from './spans.ts';
import { flatLayout } from './testing/races.ts';

it.each([[[1]], [[256, 257]], [[70_001, 1, 300]], [[3_000_000, 5, 800_000]], [[10_000_000]]])(
  'spans of %j cover every group once, in order, each inside one tensor',
  (sizes) => {
    const layout = flatLayout(...sizes);
    let next = 0;
    for (const { tensor, firstGroup, groups, firstElement } of planSpans(layout)) {
      const { offset, paddedSize } = layout.tensors[tensor] ?? { offset: -1, paddedSize: -1 };
      expect(firstGroup).toBe(next);
      expect(firstGroup * FUSED_ALIGN).toBe(offset + firstElement);
      expect(groups).toBeGreaterThan(0);
      expect(firstElement + groups * FUSED_ALIGN).toBeLessThanOrEqual(paddedSize);
      next += groups;
    }
    expect(next).toBe(layout.n / FUSED_ALIGN);
  },
);

it('keeps the number of spans bounded by the size of a GPU, not by that of the network', () => {
  expect(planSpans(flatLayout(500_000)).length).toBe(245);
  // One more per tensor at most, where the last span of a tensor is shorter.
  expect(planSpans(flatLayout(3_000_000, 5, 800_000)).length).toBeLessThanOrEqual(256 + 3);
  expect(planSpans(flatLayout(10_000_000)).length).toBeLessThanOrEqual(256 + 1);
});
