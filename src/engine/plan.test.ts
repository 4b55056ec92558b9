import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planLayout } from '../kernels/layout.ts';
import { isFailure, type MemoryLimits, planRace, type RaceShape } from './plan.ts';

const MiB = 1024 ** 2;
const gpu: MemoryLimits = { backend: 'webgpu', bindingBytes: 128 * MiB, totalBytes: 1024 * MiB, arenas: 'per run' };
const wasm: MemoryLimits = { backend: 'wasm', bindingBytes: 1024 * MiB, totalBytes: 1024 * MiB, arenas: 2 };

const shapeOf = (over: Partial<RaceShape> & { readonly size?: number } = {}): RaceShape => ({
  layout: planLayout([{ name: 'w', shape: [over.size ?? 10_000] }], 256),
  slots: [2, 4],
  hasEvalPoint: false,
  sampleWidth: 10,
  seeds: 1,
  totalSteps: 600,
  trainingBytes: 128_000,
  evaluationBytes: 400_000,
  dataBytes: MiB,
  ...over,
});

const anyShape = fc
  .record({
    size: fc.integer({ min: 1, max: 60_000_000 }),
    slots: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 64 }),
    seeds: fc.integer({ min: 1, max: 8 }),
    totalSteps: fc.integer({ min: 1, max: 20_000 }),
    trainingBytes: fc.integer({ min: 4, max: 400_000_000 }),
    evaluationBytes: fc.integer({ min: 4, max: 400_000_000 }),
    dataBytes: fc.integer({ min: 0, max: 2 ** 31 }),
  })
  .map((over) => shapeOf(over));

describe('memory plan', () => {
  it.each([
    ['WebGPU', gpu],
    ['WebAssembly', wasm],
  ])('on %s covers every run exactly once, in order, within the limits, or refuses by naming a control', (_, limits) => {
    fc.assert(
      fc.property(anyShape, (shape) => {
        const plan = planRace(shape, limits);
        if (isFailure(plan)) {
          expect(plan.kind).toBe('too-large');
          expect(['width', 'batch', 'seeds', 'racers', 'workload']).toContain(plan.control);
          expect(plan.advice).not.toBe('');
          return;
        }
        const covered = plan.groups.flatMap(({ firstRun, runs }) => Array.from({ length: runs }, (_run, row) => firstRun + row));
        expect(covered).toEqual(shape.slots.map((_slots, run) => run));
        for (const group of limits === gpu ? plan.groups : []) {
          if (group.runs > 1) {
            expect(group.runs * shape.layout.n * 4 * Math.max(...shape.slots, 1)).toBeLessThanOrEqual(limits.bindingBytes);
            expect(group.runs * Math.max(shape.trainingBytes, shape.evaluationBytes)).toBeLessThanOrEqual(limits.bindingBytes);
          }
        }
        // Copies of the data, one per group, come on top; they are as large as the data at most.
        expect(plan.plannedBytes - (plan.groups.length - 1) * shape.dataBytes).toBeLessThanOrEqual(limits.totalBytes);
      }),
    );
  });

  it('keeps an ordinary race in one group', () => {
    for (const limits of [gpu, wasm]) expect(planRace(shapeOf(), limits)).toMatchObject({ groups: [{ firstRun: 0, runs: 2 }] });
  });

  it('splits a race whose slots exceed one binding', () => {
    const plan = planRace(shapeOf({ size: 2_000_000, slots: [6, 6, 6, 6, 6, 6] }), gpu);
    expect(plan).toMatchObject({ groups: [2, 2, 2].map((runs, index) => ({ firstRun: 2 * index, runs })) });
  });

  it('counts the intermediate values once per thread or once per run', () => {
    const bytes = (limits: MemoryLimits, shape: RaceShape): number => {
      const plan = planRace(shape, limits);
      if (isFailure(plan)) throw new Error(plan.message);
      return plan.plannedBytes;
    };
    const slots = [2, 2, 2, 2];
    const grown = (limits: MemoryLimits): number =>
      bytes(limits, shapeOf({ slots, trainingBytes: 900_000 })) - bytes(limits, shapeOf({ slots, trainingBytes: 500_000 }));
    expect(grown(gpu)).toBe(4 * 400_000);
    expect(grown(wasm)).toBe(2 * 400_000);
  });

  it('counts a vector per run for the points that are evaluated, once for all optimizers of a race', () => {
    for (const limits of [gpu, wasm]) {
      const bytes = [false, true].map((hasEvalPoint) => {
        const plan = planRace(shapeOf({ hasEvalPoint }), limits);
        if (isFailure(plan)) throw new Error(plan.message);
        return plan.plannedBytes;
      });
      expect((bytes[1] as number) - (bytes[0] as number)).toBe(2 * shapeOf().layout.n * 4);
    }
  });

  it('refuses a width of a million and names the width', () => {
    expect(planRace(shapeOf({ size: 64_000_000 }), gpu)).toMatchObject({ kind: 'too-large', control: 'width' });
    expect(planRace(shapeOf({ size: 1_000_000_000_000 }), wasm)).toMatchObject({ kind: 'too-large', control: 'width' });
  });

  it('names seeds when fewer seeds would fit, batch when intermediate values are what is too large', () => {
    const many = Array.from({ length: 64 }, () => 4);
    expect(planRace(shapeOf({ size: 1_000_000, slots: many, seeds: 8 }), gpu)).toMatchObject({ control: 'seeds' });
    expect(planRace(shapeOf({ trainingBytes: 400_000_000 }), gpu)).toMatchObject({ control: 'batch' });
    expect(planRace(shapeOf({ trainingBytes: 1_200_000_000 }), wasm)).toMatchObject({ control: 'batch' });
  });
});
