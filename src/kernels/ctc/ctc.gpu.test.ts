import { afterAll, expect, test } from 'vitest';
import { interpret } from '../compiler/interpret.ts';
import { GPU_POLICY } from '../compiler/schedule/policies.ts';
import { scheduleGraph } from '../compiler/schedule/schedule-graph.ts';
import { perRun, stacked } from '../compiler/testing/run-on-gpu.ts';
import { runOnGpu, testDevice } from '../compiler/wgsl/testing/gpu-harness.ts';
import { type CtcBatch, ctcGraph, MIXED, REFERENCE_CASES } from './testing/batches.ts';

const { device, errors } = await testDevice();
afterAll(() => {
  expect(errors).toEqual([]);
  device.destroy();
});

const inputsOf = ({ logits, frames, labels }: CtcBatch) => ({ logits, frames, labels });

async function onGpu(runs: readonly CtcBatch[]) {
  const schedule = scheduleGraph(ctcGraph(runs[0] as CtcBatch), GPU_POLICY);
  const found = await runOnGpu(device, schedule, stacked(schedule, runs.map(inputsOf)), { runs: runs.length, adapter: 'hardware' });
  return perRun(schedule, found, runs.length);
}

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(wanted.length);
  Array.from(wanted).forEach((value, i) => {
    expect(Math.abs((found[i] as number) - value), `element ${i}`).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  });
}

test.each([['mixed', MIXED] as const, ...REFERENCE_CASES.map((given) => [given.name, given] as const)])('%s', async (_, given) => {
  const [found] = await onGpu([given]);
  const wanted = interpret(ctcGraph(given), inputsOf(given));
  expectClose(found?.loss as Float32Array, wanted.loss as Float64Array, 1e-5);
  expectClose(found?.gradient as Float32Array, wanted.gradient as Float64Array, 1e-5);
});

test('a NaN is noticed in its utterance and run, and stays there', async () => {
  const { time, classes } = MIXED;
  const poisoned = { ...MIXED, logits: MIXED.logits.slice() };
  poisoned.logits[(time + 2) * classes] = Number.NaN;
  const [calm, found] = await onGpu([MIXED, poisoned]);
  const [before] = await onGpu([MIXED]);
  expect(calm).toEqual(before);
  expect(Array.from(found?.loss as Float32Array, Number.isNaN)).toEqual(Array.from(MIXED.frames, (_, n) => n === 1));
  const rows = found?.gradient?.subarray(time * classes, 2 * time * classes) as Float32Array;
  expect(rows.some(Number.isNaN)).toBe(true);
});
