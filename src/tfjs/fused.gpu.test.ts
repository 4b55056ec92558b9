import '@tensorflow/tfjs-backend-cpu';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { StepRunner } from '../kernels/fused/step-runner.ts';
import { HostFedRunner } from '../kernels/fused/testing/fused-harness.ts';
import { flatLayout, noiseRows, worstDifference } from '../kernels/fused/testing/races.ts';
import { countGpuBuffers } from '../kernels/testing/gpu-buffers.ts';
import * as tf from '../kernels/tf.ts';
import { defaultHyper, type OptimizerDefinition } from '../optimizers/definition.ts';
import type { FreestepOptimizer } from './api.ts';
import { methods } from './testing/factories.ts';
import { averaged, averagedDefinition, fragile, fragileDefinition } from './testing/fixtures.ts';
import { openWebGpu } from './testing/webgpu.ts';

let device: GPUDevice;
let takeErrors: () => readonly string[];

beforeAll(async () => {
  ({ device, takeErrors } = await openWebGpu());
});
beforeEach(async () => {
  await tf.setBackend('webgpu');
});
afterEach(() => {
  expect(takeErrors(), 'uncaptured device errors').toEqual([]);
});

const everyMethod = [
  ...methods,
  { id: 'a method with two points', definition: averagedDefinition, create: averaged },
  { id: 'a method that reads the loss', definition: fragileDefinition, create: fragile },
];

/** Some below, some above the size from which TensorFlow.js computes on the GPU; one that is padded, one that is not. */
const SIZES = [65, 7, 2048];
const layout = flatLayout(...SIZES);

/** Variables of noise and losses whose gradients are noise. `names` keeps those of several trials apart. */
function trial(sizes: readonly number[] = SIZES, at = flatLayout(...sizes)) {
  const parts = (values: ArrayLike<number>) =>
    at.tensors.map(({ offset, size }) => Float32Array.from(Array.from({ length: size }, (_, index) => values[offset + index] ?? 0)));
  const variables = tf.tidy(() => parts(noiseRows(at, [0], 0)).map((values) => tf.variable(tf.tensor1d(values))));
  return {
    variables,
    /** A loss with exactly these gradients: linear in the variables. */
    lossOf: (step: number) => (): tf.Scalar =>
      tf.tidy(() => {
        const terms = parts(noiseRows(at, [0], step + 1)).map((g, index) =>
          tf.sum(tf.mul(variables[index] as tf.Variable, tf.tensor1d(g))),
        );
        // Not addN: TensorFlow.js's fails on WebGPU with more operands than a kernel may bind buffers.
        return terms.reduce((sum, term) => tf.add(sum, term), tf.scalar(100)) as tf.Scalar;
      }),
    async values(): Promise<Float64Array> {
      const row = new Float64Array(at.n);
      const all = await Promise.all(variables.map((variable) => variable.data()));
      all.forEach((values, index) => {
        row.set(values, at.tensors[index]?.offset);
      });
      return row;
    },
    dispose: () => {
      for (const variable of variables) variable.dispose();
    },
  };
}

/** Makes steps on the current backend: the losses that the optimizer saw, and where the variables are. */
async function trained(optimizer: FreestepOptimizer, steps: number, rates: (step: number) => number) {
  const { variables, lossOf, values, dispose } = trial();
  const losses: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    optimizer.schedule = rates(step);
    const cost = optimizer.minimize(lossOf(step), true, variables);
    losses.push((await cost?.data())?.[0] ?? Number.NaN);
    cost?.dispose();
  }
  const result = { losses, params: await values() };
  dispose();
  return result;
}

describe.each(everyMethod)('fused steps of $id', ({ definition, create }) => {
  const STEPS = 8;
  const rateAt = (step: number) => 1 / (1 + (step % 3));

  it('have the bits of the engine', async () => {
    const optimizer = create();
    const { losses, params } = await trained(optimizer, STEPS, rateAt);
    expect(optimizer.path).toBe('fused');
    const row = {
      program: definition.program,
      hyper: defaultHyper(definition),
      mult: Float64Array.from({ length: STEPS }, (_, t) => rateAt(t)),
      horizonSteps: STEPS,
    };
    const engine = await HostFedRunner.create(device, { layout, rows: [row], x0: noiseRows(layout, [0], 0), totalSteps: STEPS });
    losses.forEach((loss, step) => {
      engine.step(noiseRows(layout, [0], step + 1), [loss]);
    });
    const state = await engine.runner.state();
    expect(params).toEqual(state.params);
    expect((await optimizer.status()).k).toBe(state.rows[0]?.k);
    engine.dispose();
    optimizer.dispose();
  });

  it('agree with operations on the CPU, and weights go from one to the other', async () => {
    const x0 = noiseRows(layout, [0], 0);
    const onGpu = create();
    const fused = await trained(onGpu, STEPS, rateAt);
    const weights = await onGpu.getWeights();
    const held = await Promise.all(weights.map(({ tensor }) => tensor.data()));
    await tf.setBackend('cpu');
    const onCpu = create();
    const operations = await trained(onCpu, STEPS, rateAt);
    expect(onCpu.path).toBe('operations');
    const moved = operations.params.map((value, index) => value - (x0[index] as number));
    const way = Math.max(...moved.map(Math.abs));
    // Eight steps of float32 in two orders of summation, of which estimates that grow by ratios of sums carry every rounding on.
    const { relative, ...worst } = worstDifference(fused.params, operations.params, way);
    expect(relative, JSON.stringify(worst)).toBeLessThan(1e-4);
    await onCpu.setWeights(weights);
    const carried = await onCpu.getWeights();
    expect(await Promise.all(carried.map(({ tensor }) => tensor.data()))).toEqual(held);
    onGpu.dispose();
    onCpu.dispose();
  });

  it('take at most three dispatches and one that closes the step, whatever the number of variables', async () => {
    const counts = [];
    for (const sizes of [[300], Array.from({ length: 20 }, (_, index) => 3 + 40 * index)]) {
      const optimizer = create();
      const { variables, lossOf, dispose } = trial(sizes);
      optimizer.minimize(lossOf(0), false, variables);
      const { value, grads } = tf.variableGrads(lossOf(1), variables);
      vi.spyOn(optimizer, 'computeGradients').mockReturnValue({ value, grads });
      const dispatch = vi.spyOn(GPUComputePassEncoder.prototype, 'dispatchWorkgroups');
      const copy = vi.spyOn(GPUCommandEncoder.prototype, 'copyBufferToBuffer');
      const submit = vi.spyOn(GPUQueue.prototype, 'submit');
      optimizer.minimize(lossOf(1), false, variables);
      counts.push(dispatch.mock.calls.length);
      expect(submit).toHaveBeenCalledTimes(1);
      // Gradients in, parameters out, and the loss.
      expect(copy).toHaveBeenCalledTimes(2 * sizes.length + 1);
      vi.restoreAllMocks();
      optimizer.dispose();
      dispose();
    }
    const { gather, decide } = definition.program.fused;
    const stages = [gather, decide, 'apply'].filter((name) => name !== undefined).length;
    expect(counts).toEqual([stages + 1, stages + 1]);
    expect(stages).toBeLessThanOrEqual(3);
  });
});

/** Which kernels a method has, in a word. */
function kindOf({ program: { fused, segments } }: OptimizerDefinition): string {
  return [fused.gather, fused.decide, fused.evalPoint]
    .map(Boolean)
    .concat(segments === 'run')
    .join();
}

/** The first method of each kind, and all of them in the long run. */
const kinds = everyMethod.filter(
  ({ definition }, index) =>
    inject('isFull') || everyMethod.findIndex((other) => kindOf(other.definition) === kindOf(definition)) === index,
);

describe.each(kinds)('1,000 fused steps of $id', ({ create }) => {
  it('hold a constant number of tensors, buffers and bytes', async () => {
    const counter = countGpuBuffers();
    const before = tf.memory().numTensors;
    const optimizer = create();
    const { variables, lossOf, dispose } = trial([65, 2048]);
    // To and fro, so that no estimate grows without end.
    const { value, grads } = tf.variableGrads(lossOf(1), variables);
    const back = Object.fromEntries(Object.entries(grads).map(([name, tensor]) => [name, tf.neg(tensor)]));
    vi.spyOn(optimizer, 'computeGradients').mockImplementation(() => ({
      value: value.clone(),
      grads: Object.fromEntries(
        Object.entries(optimizer.iterations % 2 === 0 ? grads : back).map(([name, tensor]) => [name, tensor.clone()]),
      ),
    }));
    const tensors = () => {
      const { numTensors, numDataBuffers, numBytes } = tf.memory();
      return { numTensors, numDataBuffers, numBytes };
    };
    const minimizeTimes = (steps: number) => {
      for (let step = 0; step < steps; step += 1) optimizer.minimize(lossOf(1), false, variables);
    };
    minimizeTimes(10);
    await optimizer.status();
    const early = { tensors: tensors(), ...counter.held() };
    minimizeTimes(990);
    await optimizer.status();
    expect(tensors()).toEqual(early.tensors);
    // A look of the optimizer at its own state may be under way at either time, which takes one small buffer for a moment.
    await vi.waitFor(() => expect(counter.held().buffers).toBeLessThanOrEqual(early.buffers), { timeout: 10_000 });
    expect(counter.held().bytes).toBeLessThanOrEqual(early.bytes);
    counter.stop();
    vi.restoreAllMocks();
    tf.dispose([value, grads, back]);
    optimizer.dispose();
    dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('variables', () => {
  it('are tensors like any other: old values stay what they were', async () => {
    const optimizer = averaged();
    const { variables, lossOf, dispose } = trial();
    optimizer.minimize(lossOf(0), false, variables);
    const clones = variables.map((variable) => variable.clone());
    const before = await Promise.all(variables.map((variable) => variable.data()));
    const copies = before.map((values) => Array.from(values));
    optimizer.minimize(lossOf(1), false, variables);
    optimizer.minimize(lossOf(2), false, variables);
    expect((await Promise.all(clones.map((clone) => tf.add(clone, 0).data()))).map((values) => Array.from(values))).toEqual(copies);
    expect(Array.from((await variables[0]?.data()) ?? [])).not.toEqual(copies[0]);
    tf.dispose(clones);
    optimizer.dispose();
    dispose();
  });

  it('may be assigned between steps', async () => {
    const optimizer = fragile();
    const { variables, lossOf, values, dispose } = trial();
    optimizer.minimize(lossOf(0), false, variables);
    tf.tidy(() => variables[1]?.assign(tf.fill([SIZES[1] ?? 0], 1000)));
    const before = await values();
    optimizer.minimize(lossOf(1), false, variables);
    const after = await values();
    const [first, second] = layout.tensors;
    expect(after[second?.offset ?? 0]).toBeGreaterThan(900);
    expect(after[first?.offset ?? 0]).not.toBe(before[first?.offset ?? 0]);
    optimizer.dispose();
    dispose();
  });

  it('are swapped to the evaluation point and back, bit for bit', async () => {
    const optimizer = averaged();
    const { variables, lossOf, values, dispose } = trial();
    for (let step = 0; step < 3; step += 1) optimizer.minimize(lossOf(step), false, variables);
    const training = await values();
    const tensors = tf.memory().numTensors;
    optimizer.toEval();
    const evaluation = await values();
    expect(evaluation).not.toEqual(training);
    expect(() => optimizer.minimize(lossOf(3), false, variables)).toThrow('toTrain()');
    optimizer.toTrain();
    expect(await values()).toEqual(training);
    expect(tf.memory().numTensors).toBe(tensors);
    optimizer.dispose();
    dispose();
  });
});

describe('where fused kernels are not to be had', () => {
  it('operations take their place on the same backend, with a warning', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    vi.spyOn(StepRunner, 'obstacle').mockReturnValue('the buffer "slots" would be too large');
    const slow = averaged();
    const operations = await trained(slow, 3, () => 1);
    expect(slow.path).toBe('operations');
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^averaged makes its steps of TensorFlow.js operations.*too large/));
    vi.restoreAllMocks();
    const fast = averaged();
    const fused = await trained(fast, 3, () => 1);
    // A few float32 roundings.
    expect(worstDifference(fused.params, operations.params).relative).toBeLessThan(1e-6);
    slow.dispose();
    fast.dispose();
  });

  it('a step that fails is reported, and the next one throws', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const optimizer = fragile();
    const { variables, lossOf, values, dispose } = trial();
    optimizer.minimize(lossOf(0), false, variables);
    const before = await values();
    optimizer.minimize(() => tf.mul(lossOf(1)(), 0), false, variables);
    await vi.waitFor(() => expect(warn).toHaveBeenCalledWith(expect.stringMatching(/fragile stopped at step 2: The gradient is zero/)), {
      timeout: 10_000,
    });
    expect(() => optimizer.minimize(lossOf(2), false, variables)).toThrow('stopped at step 2');
    expect(await values()).toEqual(before);
    vi.restoreAllMocks();
    optimizer.dispose();
    dispose();
  });
});
