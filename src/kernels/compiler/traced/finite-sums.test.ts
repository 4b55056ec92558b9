import { describe, expect, it } from 'vitest';
import { averagedProgram, dogProgram, fragileProgram } from '../../fused/testing/fixtures.ts';
import { flatLayout, noiseRace, noiseRows, rowSpec } from '../../fused/testing/races.ts';
import { defineProgram, type HyperValues, type StepProgram } from '../../step-program.ts';
import type { Schedule } from '../schedule.ts';
import { planOptimizer } from './optimizer-plan.ts';
import { createWasmRunner, optimizerSchedules } from './wasm-runner.ts';

/** Momentum, whose step is as long as the norm of the new buffer says: written in the first pass and read again in the second. */
const normalised = defineProgram({
  id: 'normalised',
  rowHyper: ['lr'],
  blockHyper: [],
  slots: { m: 'zero', p: 'zero' },
  scalars: { norm: { init: () => 0 } },
  segments: 'run',
  step({ x, g, L, slots, sum }) {
    const m = slots.m.mul(0.5).add(g);
    const norm = sum(m.square()).sqrt();
    const step = m.mul(L).div(norm);
    return { x: x.sub(step), slots: { m, p: slots.p.add(step) }, scalars: { norm } };
  },
  fused: { wgsl: '', sums: 1, gather: 'none', decide: 'none', apply: 'none' },
});

const SIZE = 5000;
const layout = flatLayout(SIZE);

function scheduleOf(program: StepProgram, hyper: HyperValues): Schedule {
  const [schedule] = Object.values(optimizerSchedules(planOptimizer(noiseRace(layout, [rowSpec(program, hyper, 2)], 2))));
  if (!schedule) throw new Error('nothing is scheduled');
  return schedule;
}

describe('the test for state that is not finite', () => {
  it.each<[string, StepProgram, HyperValues, number]>([
    ['no sums', averagedProgram, { lr: 1 }, 1],
    ['sums of what is there', dogProgram('run'), { lr: 1, repsRel: 1, eps: 1 }, 1],
    ['sums of what has just been written', normalised, { lr: 1 }, 1],
  ])('needs neither another pass over the parameters nor memory of their size: %s', (_name, program, hyper, kernels) => {
    const { kernels: all, buffers } = scheduleOf(program, hyper);
    // A kernel over the parameters may have several passes.
    expect(all.filter((kernel) => kernel.kind === 'loops' && kernel.extents.reduce((a, b) => a * b, 1) >= SIZE)).toHaveLength(kernels);
    expect(buffers.filter(({ storage, size }) => storage.kind === 'arena' && size >= SIZE)).toEqual([]);
  });

  it('takes the largest finite values for what they are', async () => {
    const spec = noiseRace(layout, [rowSpec(fragileProgram, { scale: 1 }, 3)], 3);
    const runner = await createWasmRunner(spec);
    // Squares of 1e19 are 1e38, a third of the largest float32; their sum is 5,000 times as much.
    const grads = noiseRows(layout, [0], 1).map((value) => (value === 0 ? 0 : 1e19));
    runner.step(grads, [1]);
    expect(runner.status()[0]).toMatchObject({ isActive: true, divergedAt: null });
    runner.step(grads, [1]);
    runner.step(grads, [1]);
    // Three times 1e38 are still below 3.4e38.
    expect(runner.status()[0]).toMatchObject({ divergedAt: null, k: 3 });
  });
});
