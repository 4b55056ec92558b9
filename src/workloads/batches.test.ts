import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchesPerEpoch, batchIndices } from './batches.ts';

const sizes = fc
  .integer({ min: 1, max: 200 })
  .chain((rows) => fc.record({ rows: fc.constant(rows), batch: fc.integer({ min: 1, max: rows }) }));

describe('batchIndices', () => {
  test('is a pure function: any order of calls gives the same rows', () => {
    const ask = (step: number) => [...batchIndices(3, step, 50, 8)];
    const forward = Array.from({ length: 40 }, (_, step) => ask(step));
    // More epochs and seeds than the cache holds lie between the two passes.
    for (let seed = 0; seed < 40; seed++) batchIndices(seed, 1000, 50, 8);
    const backward = Array.from({ length: 40 }, (_, i) => ask(39 - i)).reverse();
    expect(backward).toEqual(forward);
  });

  test('visits each row at most once per epoch and drops only the ragged rest', () => {
    fc.assert(
      fc.property(sizes, fc.integer(), fc.nat(20), ({ rows, batch }, seed, epoch) => {
        const perEpoch = batchesPerEpoch(rows, batch);
        const visited = Array.from({ length: perEpoch }, (_, i) => [...batchIndices(seed, epoch * perEpoch + i, rows, batch)]).flat();
        expect(visited.length).toBe(perEpoch * batch);
        expect(rows - visited.length).toBeLessThan(batch);
        expect(new Set(visited).size).toBe(visited.length);
        expect(visited.every((row) => Number.isInteger(row) && row >= 0 && row < rows)).toBe(true);
      }),
    );
  });

  test('orders each epoch and each seed differently', () => {
    const epoch = (seed: number, index: number) => [...batchIndices(seed, index, 64, 64)];
    expect(epoch(1, 0)).not.toEqual(epoch(1, 1));
    expect(epoch(1, 0)).not.toEqual(epoch(2, 0));
  });

  test('cannot be changed through a returned array', () => {
    const first = batchIndices(9, 0, 10, 5);
    const copy = first.slice();
    first.fill(0);
    expect(batchIndices(9, 0, 10, 5)).toEqual(copy);
  });

  test.each([0, 11, 2.5, Number.NaN])('rejects batch size %s of 10 rows by name', (batch) => {
    expect(() => batchIndices(1, 0, 10, batch)).toThrow(/Batch size .* 10 training rows: choose a whole number from 1 to 10/);
  });
});
