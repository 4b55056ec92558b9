import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planLayout } from '../kernels/layout.ts';
import { isFailure, type MemoryLimits, planRace, type RaceShape } from './plan.ts';

const MiB = 1024 ** 2;
const limits: MemoryLimits = { backend: 'webgpu', bindingBytes: 128 * MiB, totalBytes: 1024 * MiB, groupWork: Number.POSITIVE_INFINITY };

const shapeOf = (over: Partial<RaceShape> & { readonly size?: number } = {}): RaceShape => ({
  layout: planLayout([{ name: 'w', shape: [over.size ?? 10_000] }], 256),
  slots: [2, 4],
  sampleWidth: 10,
  batch: 64,
  seeds: 1,
  totalSteps: 600,
  activationBytes: 2_000,
  multiplyAdds: 10_000,
  validationRows: 400,
  dataBytes: MiB,
  ...over,
});

const anyShape = fc
  .record({
    size: fc.integer({ min: 1, max: 60_000_000 }),
    slots: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 64 }),
    batch: fc.integer({ min: 1, max: 4096 }),
    seeds: fc.integer({ min: 1, max: 8 }),
    totalSteps: fc.integer({ min: 1, max: 20_000 }),
    activationBytes: fc.integer({ min: 4, max: 4_000_000 }),
    validationRows: fc.integer({ min: 1, max: 10_000 }),
    dataBytes: fc.integer({ min: 0, max: 2 ** 31 }),
  })
  .map((over) => shapeOf(over));

describe('memory plan', () => {
  it('covers every run exactly once, in order, within the limits, or refuses by naming a control', () => {
    fc.assert(
      fc.property(anyShape, (shape) => {
        const plan = planRace(shape, limits);
        if (isFailure(plan)) {
          expect(plan.kind).toBe('too-large');
          expect(['width', 'batch', 'seeds', 'racers', 'workload']).toContain(plan.control);
          expect(plan.advice).not.toBe('');
          return;
        }
        const covered = plan.groups.flatMap(({ firstRun, runs }) => Array.from({ length: runs }, (_, row) => firstRun + row));
        expect(covered).toEqual(shape.slots.map((_, run) => run));
        for (const group of plan.groups) {
          if (group.runs > 1) {
            expect(group.runs * shape.layout.n * 4 * Math.max(...shape.slots, 1)).toBeLessThanOrEqual(limits.bindingBytes);
            expect(group.runs * shape.batch * shape.activationBytes).toBeLessThanOrEqual(limits.bindingBytes);
          }
        }
        expect(plan.plannedBytes).toBeLessThanOrEqual(limits.totalBytes);
        expect(plan.evaluationRows).toBeGreaterThanOrEqual(1);
        expect(plan.evaluationRows).toBeLessThanOrEqual(shape.validationRows);
      }),
    );
  });

  it('keeps an ordinary race in one group with the whole validation set at once', () => {
    const plan = planRace(shapeOf(), limits);
    expect(plan).toMatchObject({ groups: [{ firstRun: 0, runs: 2 }], evaluationRows: 400 });
  });

  it('splits a race whose slots exceed one binding', () => {
    const plan = planRace(shapeOf({ size: 2_000_000, slots: [6, 6, 6, 6, 6, 6] }), limits);
    expect(plan).toMatchObject({ groups: [2, 2, 2].map((runs, index) => ({ firstRun: 2 * index, runs })) });
  });

  it('keeps the work of a group within what the watchdog allows', () => {
    const plan = planRace(shapeOf({ slots: [2, 2, 2, 2] }), { ...limits, backend: 'wasm', groupWork: 2 * 64 * 10_000 });
    expect(plan).toMatchObject({ groups: [2, 2].map((runs, index) => ({ firstRun: 2 * index, runs })) });
  });

  it('refuses a width of a million and names the width', () => {
    expect(planRace(shapeOf({ size: 64_000_000 }), limits)).toMatchObject({ kind: 'too-large', control: 'width' });
  });

  it('names seeds when fewer seeds would fit, batch when activations are what is too large', () => {
    const many = Array.from({ length: 64 }, () => 4);
    expect(planRace(shapeOf({ size: 1_000_000, slots: many, seeds: 8 }), limits)).toMatchObject({ control: 'seeds' });
    expect(planRace(shapeOf({ batch: 4096, activationBytes: 100_000 }), limits)).toMatchObject({ control: 'batch' });
  });
});
