import { beforeAll, describe, expect, test } from 'vitest';
import type { Graph } from '../kernels/compiler/graph.ts';
import { interpret } from '../kernels/compiler/interpret.ts';
import { normals } from '../kernels/counter-random.ts';
import { FUSED_ALIGN, type ParamLayout, planLayout } from '../kernels/layout.ts';
import * as tf from '../kernels/tf.ts';
import { batchIndices } from '../workloads/batches.ts';
import type { LoadedData, Network } from '../workloads/definition.ts';
import { digitsModel } from '../workloads/digits/model.ts';
import { logisticModel } from '../workloads/logistic/model.ts';
import type { RunConfig } from './config.ts';
import { DeviceData } from './eager/device-data.ts';
import { EagerStep } from './eager/eager-step.ts';
import { dataInput, evaluationGraph, trainingGraph } from './step-graphs.ts';
import { buildNetwork, NETWORKS, TINY_NETWORKS } from './testing/networks/networks.ts';
import { syntheticData } from './testing/networks/synthetic-data.ts';

const ROWS = { trainRows: 24, validationRows: 10, pieces: 1 };

interface Case {
  readonly model: Network;
  readonly data: LoadedData;
  readonly batch: number;
}

const CASES: Readonly<Record<string, Case>> = {
  digits: { model: digitsModel(6, 8, 2, 3), data: syntheticData({ ...ROWS, features: 6, classes: 3 }), batch: 5 },
  logistic: { model: logisticModel(4, 3), data: syntheticData({ ...ROWS, features: 4, classes: 3 }), batch: 5 },
  ...Object.fromEntries(TINY_NETWORKS.map((spec) => [spec.id, buildNetwork(spec)])),
};

const SETTINGS = { labelSmoothing: 0.1, dropout: 0.25, seed: 7 };
const STEP = 11;

/** A general point: the initial parameters, moved a little, so that no bias is 0 and no gain 1. */
function parameters(model: Network, layout: ParamLayout): Float32Array {
  const row = new Float32Array(layout.n);
  layout.tensors.forEach(({ offset, size }, index) => {
    const start = model.parameters[index]?.init(SETTINGS.seed, index) as Float32Array;
    const noise = normals(SETTINGS.seed, index, 3, size);
    row.set(
      start.map((value, i) => value + 0.1 * (noise[i] as number)),
      offset,
    );
  });
  return row;
}

function inputsOf(graph: Graph, params: ArrayLike<number>, data: LoadedData, indices: Int32Array): Record<string, ArrayLike<number>> {
  const all: Record<string, ArrayLike<number>> = {
    params,
    ...Object.fromEntries(Object.entries(data.arrays).map(([name, { values }]) => [dataInput(name), values])),
    indices,
    rows: indices,
    labelSmoothing: [SETTINGS.labelSmoothing],
    dropout: [SETTINGS.dropout],
    seed: [SETTINGS.seed],
    step: [STEP],
  };
  const used = graph.nodes.flatMap((node) => (node.op === 'input' ? [node.name] : []));
  return Object.fromEntries(used.map((name) => [name, all[name] as ArrayLike<number>]));
}

/** The same run as an eager step on the current backend. */
function eager({ model, data }: Case, layout: ParamLayout, params: Float32Array): { step: EagerStep; dispose(): void } {
  const deviceData = new DeviceData(data);
  const run = {
    seed: SETTINGS.seed,
    racer: { labelSmoothing: SETTINGS.labelSmoothing, dropout: SETTINGS.dropout, auxDropout: 0 },
  } as RunConfig;
  const tensor = tf.tensor2d(params, [1, layout.n]);
  const unused = (): never => {
    throw new Error('this test makes no update');
  };
  const updater = {
    ...{ params: tensor, hasEvalPoint: false, evalParams: () => tensor.clone() },
    ...{ update: unused, readSamples: unused, status: unused, dispose: () => tensor.dispose() },
  };
  const step = new EagerStep({
    model,
    layout,
    data: deviceData,
    runs: [run],
    updater,
    evaluationRows: data.validationRows,
  });
  return {
    step,
    dispose: () => {
      step.dispose();
      deviceData.dispose();
    },
  };
}

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

/** float32 in the CPU backend against float64: sums of some hundred terms of size 1 through a few layers, each some units of 6e-8. */
const FLOAT32 = 5e-6;

describe.each(Object.entries(CASES))('the graphs of %s', (_, fixture) => {
  const { model, data, batch } = fixture;
  const layout = planLayout(model.parameters, FUSED_ALIGN);
  const params = parameters(model, layout);
  const indices = batchIndices(SETTINGS.seed, STEP, data.trainRows, batch);
  const training = trainingGraph({ model, layout, data, batch, hasDropout: true });

  test('compute what an eager step computes', async () => {
    const found = interpret(training, inputsOf(training, params, data, indices));
    const { step, dispose } = eager(fixture, layout, params);
    const tensors = step.gradient(STEP, new Map([[SETTINGS.seed, indices]]));
    const [grads, objective, loss] = (await Promise.all(tensors.map((tensor) => tensor.data()))) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    tf.dispose(tensors);
    dispose();
    expect(Math.abs((found.objective?.[0] as number) - (objective[0] as number))).toBeLessThan(FLOAT32);
    expect(Math.abs((found.loss?.[0] as number) - (loss[0] as number))).toBeLessThan(FLOAT32);
    expect(found.grads?.length).toBe(layout.n);
    found.grads?.forEach((value, i) => {
      expect(Math.abs(value - (grads[i] as number)), `gradient ${i}: ${value} instead of ${grads[i]}`).toBeLessThan(FLOAT32);
    });
  });

  test('have the gradient of central differences', () => {
    const exact = Float64Array.from(params);
    const inputs = inputsOf(training, exact, data, indices);
    const gradient = interpret(training, inputs).grads as Float64Array;
    const h = 1e-6;
    // About forty parameters, spread over all tensors.
    for (const { name, offset, size } of layout.tensors) {
      for (let i = 0; i < size; i += Math.max(1, Math.ceil(size / 4))) {
        const slopeAt = offset + i;
        const value = exact[slopeAt] as number;
        const objectiveAt = (moved: number): number => {
          exact[slopeAt] = moved;
          return interpret(training, inputs).objective?.[0] as number;
        };
        const slope = (objectiveAt(value + h) - objectiveAt(value - h)) / (2 * h);
        exact[slopeAt] = value;
        // Constants are float32, so 1 / 5 in the gradient is off by 6e-8 of its size, which is at most 1; the differences themselves by
        // 1e-16 / h = 1e-10. No kink lies within h.
        expect(Math.abs(slope - (gradient[slopeAt] as number)), `${name}[${i}]`).toBeLessThan(1e-7);
      }
    }
  });

  test('leave the padding of the gradient zero', () => {
    const gradient = interpret(training, inputsOf(training, params, data, indices)).grads as Float64Array;
    for (const { offset, size, paddedSize } of layout.tensors) {
      expect(gradient.subarray(offset + size, offset + paddedSize).every((value) => value === 0)).toBe(true);
    }
  });

  test('evaluate like an eager step', async () => {
    const graph = evaluationGraph({ model, layout, data, rows: data.validationRows });
    const rows = Int32Array.from({ length: data.validationRows }, (_, row) => data.trainRows + row);
    const { predictions } = interpret(graph, inputsOf(graph, params, data, rows));
    const { step, dispose } = eager(fixture, layout, params);
    const expected = (await step.evaluate()).atPoint[0] ?? new Float32Array();
    dispose();
    expect(predictions?.length).toBe(expected.length);
    expected.forEach((value, i) => {
      expect(Math.abs((predictions?.[i] as number) - value)).toBeLessThan(FLOAT32);
    });
  });

  test('need no more inputs than the model uses', () => {
    const names = training.nodes.flatMap((node) => (node.op === 'input' ? [node.name] : []));
    const randomness = names.includes('dropout') ? ['seed', 'step'] : [];
    expect(names).toEqual(expect.arrayContaining(['params', 'data:x', 'data:y', 'indices', ...randomness]));
    if (randomness.length === 0) expect(names).not.toContain('seed');
  });
});

test('dropout that no run of the race has is left out of the graph', () => {
  const { model, data, batch } = CASES.digits as Case;
  const layout = planLayout(model.parameters, 1);
  const graph = trainingGraph({ model, layout, data, batch, hasDropout: false });
  expect(graph.nodes.some(({ op }) => op === 'uniform')).toBe(false);
});

test('tracing leaves the backend and every tensor as they were', () => {
  const { model, data, batch } = CASES.digits as Case;
  const layout = planLayout(model.parameters, FUSED_ALIGN);
  const before = tf.memory();
  trainingGraph({ model, layout, data, batch, hasDropout: true });
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  const broken: Network = {
    ...model,
    trainLoss: (params, rows, reg) => {
      const { objective, loss } = model.trainLoss(params, rows, reg);
      return { objective: objective.atan(), loss };
    },
  };
  expect(() => trainingGraph({ model: broken, layout, data, batch, hasDropout: true })).toThrow(
    /cannot express Atan of \(1\).*step-graphs\.test\.ts/,
  );
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
});

test('a parameter that the objective does not use has gradient zero', () => {
  const model: Network = {
    parameters: [
      { name: 'used', shape: [3], init: () => new Float32Array(3) },
      { name: 'unused', shape: [2], init: () => new Float32Array(2) },
    ],
    trainLoss: ([used]) => {
      const objective = (used as tf.Tensor).square().sum(1);
      return { objective, loss: objective };
    },
    predict: ([used]) => (used as tf.Tensor).sum(1, true),
  };
  const layout = planLayout(model.parameters, 1);
  const graph = trainingGraph({ model, layout, data: (CASES.digits as Case).data, batch: 2, hasDropout: false });
  const { grads } = interpret(graph, { params: [1, 2, 3, 4, 5] });
  expect(grads).toEqual(Float64Array.from([2, 4, 6, 0, 0]));
});

test.each(NETWORKS.map((spec) => [spec.id, spec] as const))('%s traces within a fraction of the time a compilation may take', (_, spec) => {
  const { model, data, batch } = buildNetwork(spec);
  const layout = planLayout(model.parameters, FUSED_ALIGN);
  const traceMs = (): number => {
    const start = performance.now();
    trainingGraph({ model, layout, data, batch, hasDropout: false });
    return performance.now() - start;
  };
  // Far above the usual 5 to 60 ms: this catches only a computation that grows with the data. A busy machine may interrupt one, not all.
  expect(Math.min(traceMs(), traceMs(), traceMs())).toBeLessThan(1000);
});
