import { expect, it } from 'vitest';
import { segmentLists } from './segment-lists.ts';

it('lists the entries of every row in their order', () => {
  expect(Array.from(segmentLists([2, 0, 2, 3, 2], 5))).toEqual([0, 1, 1, 4, 5, 5, 1, 0, 2, 4, 3]);
  expect(Array.from(segmentLists([0, 0, 0], 1))).toEqual([0, 3, 0, 1, 2]);
});

it('leaves out what names no row', () => {
  expect(Array.from(segmentLists([-1, 1, 2, 1], 2))).toEqual([0, 0, 2, 1, 3, 0, 0]);
});
