import { describe, expect, test } from 'vitest';
import { GPU_POLICY, SOFTWARE_GPU_POLICY } from '../schedule/policies.ts';
import { scheduleGraph } from '../schedule/schedule-graph.ts';
import { adamStep, layerNorm, mlpStep, softmaxCrossEntropy } from '../schedule/testing/typical-graphs.ts';
import type { MatMulKernel, Schedule } from '../schedule.ts';
import { type AdapterClass, CLASS_CHOICES, choicesFor } from './adapter-class.ts';
import { dispatchText } from './dispatch-text.ts';
import { planDispatches } from './dispatches.ts';
import { foldGathers } from './fold-gathers.ts';
import { layOut } from './memory-layout.ts';
import type { Region } from './regions.ts';
import {
  biasedSchedule,
  columnSchedule,
  convolutionSchedule,
  filterGradientSchedule,
  matMulSchedule,
  neighbourSchedule,
  runOwned,
  segmentSumSchedule,
  softmaxSchedule,
} from './testing/schedules.ts';

const POLICIES = { hardware: GPU_POLICY, software: SOFTWARE_GPU_POLICY };
/** Storage buffers of a stage that every WebGPU device grants. */
const GRANTED_BINDINGS = 8;

/** The texts of all dispatches. */
function texts(given: Schedule, runs: number, adapter: AdapterClass, maxBindings = GRANTED_BINDINGS) {
  const schedule = foldGathers(given);
  const choices = CLASS_CHOICES[adapter];
  const plan = planDispatches(schedule, layOut(schedule, runs).regions, runs, choices, maxBindings);
  return plan.dispatches.map((dispatched) => dispatchText(dispatched, (id) => plan.regions[id] as Region));
}

const mlp = mlpStep({ sizes: [64, 64, 64, 10], batch: 128, rows: 256 });

function schedulesFor(adapter: AdapterClass): Record<string, Schedule> {
  const policy = POLICIES[adapter];
  const adam = adamStep(1000);
  return {
    mlp: scheduleGraph(mlp, policy),
    'softmax cross-entropy': scheduleGraph(softmaxCrossEntropy(33, 12), policy),
    'layer norm': scheduleGraph(layerNorm(32, 64), policy),
    adam: scheduleGraph(adam.graph, policy, { inPlace: adam.inPlace }),
    rows: softmaxSchedule(5, 260),
    columns: columnSchedule(1024, 12),
    'segment sums': segmentSumSchedule(33, 6, 8),
    'a split product': matMulSchedule({
      batch: 2,
      m: 8,
      n: 9,
      k: 4096,
      transposeA: true,
      transposeB: false,
      hasEpilogue: true,
      hasColumnSum: true,
    }),
  };
}

describe.each(['hardware', 'software'] as const)('%s', (adapter) => {
  test.each(Object.entries(schedulesFor(adapter)))('%s: the text does not depend on the number of runs', (_, schedule) => {
    // So neither can the order of any sum: a run's bits are the same alone and in company.
    const alone = texts(schedule, 1, adapter);
    for (const runs of [2, 7, 16]) {
      const together = texts(schedule, runs, adapter);
      expect(together.map(({ code, x, y }) => ({ code, x, y }))).toEqual(alone.map(({ code, x, y }) => ({ code, x, y })));
    }
  });

  test.each(Object.entries(schedulesFor(adapter)))('%s: no dispatch binds more than every device grants', (_, schedule) => {
    for (const { bindings } of texts(schedule, 1, adapter)) expect(bindings.length).toBeLessThanOrEqual(GRANTED_BINDINGS);
  });
});

test('a memory that is written is not bound as read-only beside', () => {
  for (const { bindings, label } of texts(schedulesFor('hardware').mlp as Schedule, 2, 'hardware')) {
    const schedule = foldGathers(schedulesFor('hardware').mlp as Schedule);
    const memoryOf = (id: number): string => layOut(schedule, 2).regions[id]?.memory ?? 'scratch';
    const written = bindings.filter(({ isWritten }) => isWritten).map(({ regions }) => memoryOf(regions[0] as number));
    for (const { regions, isWritten } of bindings) {
      if (!isWritten) expect(written, label).not.toContain(memoryOf(regions[0] as number));
    }
  }
});

test('a training step of an MLP is at most 7 dispatches on a GPU, of 4 x 4 tiles', () => {
  const dispatches = texts(schedulesFor('hardware').mlp as Schedule, 1, 'hardware', 10);
  expect(dispatches.length).toBeLessThanOrEqual(7);
  // One thread for each 16 of the 128 x 64 outputs of the first layer, 64 threads in a workgroup.
  expect(dispatches[0]?.x).toBe((128 * 64) / 16 / 64);
});

test('on a software adapter, the 4 threads of a quad share a tile of 16 x 16 outputs', () => {
  const [first] = texts(schedulesFor('software').mlp as Schedule, 1, 'software', 10);
  // 16 threads in a workgroup.
  expect(first?.x).toBe((128 * 64) / (16 * 16) / (16 / 4));
  expect(first?.code).toContain('enable subgroups;');
});

test('on a software adapter, a thread of an element-wise kernel has several points and reads once what they share', () => {
  const [software] = texts(biasedSchedule(1024, 8), 1, 'software');
  const bias = software?.code.indexOf(' = b1[') ?? -1;
  expect(bias).toBeGreaterThan(0);
  expect(software?.code.indexOf('for (')).toBeGreaterThan(bias);
  const [hardware] = texts(biasedSchedule(1024, 8), 1, 'hardware');
  expect(hardware?.code).not.toContain('for (');
});

/** How often the first dispatch's text loads from a buffer. */
const loads = (schedule: Schedule, adapter: AdapterClass, buffer: string): number =>
  (texts(schedule, 1, adapter)[0]?.code.split(` = ${buffer}[`).length ?? 0) - 1;

test('neighbouring rows of a convolution load the entries that their filters share once', () => {
  const convolution = convolutionSchedule(2, 16, 4, 4);
  // 8 rows of a tile and one beyond each end, not 8 for each of 3 taps; 4 rows of a tile on hardware.
  expect(loads(convolution, 'software', 'b0')).toBe(10);
  expect(loads(convolution, 'hardware', 'b0')).toBe(6);
  // A row of 14 pixels is two tiles of 7, not seven quarters of one of 8.
  expect(loads(convolutionSchedule(2, 14, 4, 4), 'software', 'b0')).toBe(9);
});

test.each([false, true])('threads of a quad load a quarter of the filters each, transposed %s', (isTransposed) => {
  const convolution = convolutionSchedule(2, 16, 4, 4, isTransposed);
  // One of 4 vectors for each of 3 taps.
  expect(loads(convolution, 'software', 'b1')).toBe(3);
  expect(loads(convolution, 'hardware', 'b1')).toBe(12);
});

test('on a software adapter, the taps of a filter load what they share once for its gradient', () => {
  const gradient = filterGradientSchedule(4, 48, 8, 4);
  // 2 vectors of channels at 4 pixels and one beyond each end, not at 4 for each of 3 taps; those of 4 channels of dy.
  expect(loads(gradient, 'software', 'b0')).toBe(2 * 6);
  expect(loads(gradient, 'software', 'b1')).toBe(4);
});

test.each(['hardware', 'software'] as const)('%s: rows of pictures are split where the pictures are few', (adapter) => {
  const [products, sums] = texts(filterGradientSchedule(2, 48, 8, 4), 1, adapter);
  expect(products?.code).toMatch(/min\(.*, 48\)/);
  expect(sums?.label).toMatch(/sum of \d+ parts/);
});

test('a short row that several passes go over is loaded and stored once', () => {
  const [softmax] = texts(softmaxSchedule(130, 32), 1, 'software');
  expect(softmax?.code.split(' = b0[').length).toBe(1 + 32 / 4);
  expect(softmax?.code).not.toContain('for (');
  // What the second pass stores, the third one replaces.
  expect(softmax?.code.match(/^ *b2\[.*\] = /gm)).toHaveLength(32 / 4);
});

test('on a software adapter, the threads of a quad share columns, four of them side by side', () => {
  const [software] = texts(columnSchedule(100, 48), 1, 'software');
  // 25 rows for each of the 4 threads, 5 for each time around the loop would be too many to write out: one.
  expect(software?.code).toMatch(/for \(var (j\d+) = v\d+; \1 < 100; \1 \+= 4\)/);
  expect(software?.code.split(' = b0[').length).toBe(2);
  expect(software?.code).toContain('quadSwapY(');
  expect(texts(columnSchedule(128, 48), 1, 'software')[0]?.code.split(' = b0[').length).toBe(1 + 4);
  expect(texts(columnSchedule(100, 48), 1, 'hardware')[0]?.code).not.toContain('quadSwap');
});

test('on a software adapter, the threads of a quad share a row that is the only one', () => {
  expect(texts(softmaxSchedule(1, 64), 1, 'software')[0]?.code).toContain('quadSwapY(');
  expect(texts(softmaxSchedule(1, 64), 1, 'hardware')[0]?.code).not.toContain('quadSwap');
  expect(texts(softmaxSchedule(2, 64), 1, 'software')[0]?.code).not.toContain('quadSwap');
});

test('on a software adapter, the threads of a quad share the inner dimension of a product that is one small tile', () => {
  const product = { batch: 2, m: 13, n: 3, k: 64, transposeA: true, transposeB: false, hasEpilogue: true, hasColumnSum: false };
  const [software] = texts(matMulSchedule(product), 1, 'software');
  expect(software?.code).toMatch(/for \(var k\d+ = (v\d+); /);
  expect(software?.code).toContain('quadSwapY(');
  // No element of the column that is not there, and every bias once.
  expect(software?.code.split(' = b0[').length).toBe(1 + 3);
  expect(software?.code.split(' = b2[').length).toBe(1 + 3);
});

test('on a software adapter, a thread that sums a few looked-up rows looks them up once for several columns', () => {
  const [sums] = texts(neighbourSchedule(640, 4, 32), 1, 'software');
  expect(sums?.x).toBe(640 / 16);
  const lookup = sums?.code.indexOf(' = b0[') ?? -1;
  expect(lookup).toBeGreaterThan(0);
  expect(sums?.code.indexOf('for (')).toBeGreaterThan(lookup);
});

test('on a software adapter, a kernel of few threads has a workgroup for every 4 of them', () => {
  const [software] = texts(columnSchedule(100, 48), 1, 'software');
  expect(software).toMatchObject({ x: 48 / 4, code: expect.stringContaining('@workgroup_size(4)') });
  const [hardware] = texts(columnSchedule(60, 48), 1, 'hardware');
  expect(hardware).toMatchObject({ x: 1, code: expect.stringContaining('@workgroup_size(64)') });
});

test('nothing is shared between threads where the device has no subgroups, or none of the size of a quad', () => {
  const device = (features: readonly GPUFeatureName[], subgroupMinSize: number) =>
    ({ features: new Set<string>(features), adapterInfo: { subgroupMinSize } }) as unknown as GPUDevice;
  expect(choicesFor('software', device(['subgroups'], 4))).toEqual(CLASS_CHOICES.software);
  expect(choicesFor('software', device([], 4)).quadTile).toBeNull();
  expect(choicesFor('software', device(['subgroups'], 8)).quadTile).toBeNull();
  expect(choicesFor('hardware', device(['subgroups'], 4)).quadTile).toBeNull();
});

test.each(['hardware', 'software'] as const)('%s: the same product of fewer rows is an equal text, as in an evaluation', (adapter) => {
  const product = (m: number): Schedule =>
    matMulSchedule({ batch: 1, m, n: 64, k: 64, transposeA: false, transposeB: false, hasEpilogue: true, hasColumnSum: false });
  const [training, evaluation] = [128, 64].map((m) => texts(product(m), 1, adapter).map(({ code }) => code));
  expect(training).toEqual(evaluation);
});

test('kernels that read other parts of one buffer are equal texts', () => {
  const [kernel] = matMulSchedule({
    batch: 1,
    m: 8,
    n: 8,
    k: 8,
    transposeA: false,
    transposeB: false,
    hasEpilogue: false,
    hasColumnSum: false,
  }).kernels as [MatMulKernel];
  const kernels = [0, 12, 52, 64].map((offset, level) => ({ ...kernel, level, a: { ...kernel.a, at: { ...kernel.a.at, offset } } }));
  const buffers = [runOwned('a', 128), runOwned('b', 64), runOwned('unused', 4), runOwned('c', 64)];
  const found = texts({ kernels, buffers }, 1, 'hardware');
  expect(found.map(({ bindings: [a] }) => [a?.first, a?.rest])).toEqual([
    [0, 0],
    [0, 12],
    [0, 52],
    [64, 0],
  ]);
  expect(new Set(found.map(({ code }) => code)).size).toBe(1);
});

test('a kernel with too many buffers for the device is named, with what it uses', () => {
  const schedule = matMulSchedule({
    batch: 1,
    m: 4,
    n: 4,
    k: 4,
    transposeA: false,
    transposeB: false,
    hasEpilogue: true,
    hasColumnSum: false,
  });
  expect(() => texts(schedule, 1, 'hardware', 3)).toThrow(
    'product: the device binds 3 buffers, the kernel uses 4: external:a, external:b, external:bias, external:c',
  );
});
