import { beforeAll, describe, expect, test } from 'vitest';
import { normals } from '../../../kernels/counter-random.ts';
import * as tf from '../../../kernels/tf.ts';
import { initialParameters, predictOnce, someRows, type TestRun, trainOnce } from '../../../workloads/testing/run-model.ts';
import { buildNetwork, NETWORKS, type Network, TINY_NETWORKS } from './networks.ts';

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

/** Parameters at a general point: nothing is exactly 0 or 1. */
const run = ({ model }: Network, seed: number): TestRun => ({
  params: initialParameters(model, seed).map((values, i) => {
    const noise = normals(seed, i, 9, values.length);
    return values.map((value, j) => value + 0.1 * (noise[j] as number));
  }),
  seed,
  labelSmoothing: 0,
  dropout: 0,
});

describe.each(TINY_NETWORKS.map((spec) => [spec.id, buildNetwork(spec)] as const))('%s', (_, network) => {
  const on = { arrays: network.data.arrays, rows: someRows(0, network.batch) };

  test('the gradient agrees with central differences along random directions', async () => {
    const { params, seed } = run(network, 1);
    const at = { params, seed, labelSmoothing: 0, dropout: 0 };
    const [result] = await trainOnce(network.model, [at], on, 0);
    const h = 1e-2;
    for (let direction = 0; direction < 4; direction++) {
      const u = params.map((values, i) => normals(direction, i, 5, values.length));
      const norm = Math.sqrt(u.reduce((sum, values) => sum + values.reduce((s, v) => s + v * v, 0), 0));
      const moved = (sign: number): TestRun => ({
        ...at,
        params: params.map((values, i) => values.map((value, j) => value + ((sign * h) / norm) * (u[i]?.[j] as number))),
      });
      const [plus, minus] = await trainOnce(network.model, [moved(1), moved(-1)], on, 0);
      const slope = ((plus?.objective as number) - (minus?.objective as number)) / (2 * h);
      const expected = u.reduce(
        (sum, values, i) => sum + values.reduce((s, v, j) => s + (v / norm) * (result?.gradients[i]?.[j] as number), 0),
        0,
      );
      // float32 losses near 2 differ by 2e-7 / 2e-2 = 1e-5; a kink of a ReLU or a maximum within h costs up to a few 1e-3.
      expect(Math.abs(slope - expected)).toBeLessThan(1e-2 * Math.max(0.1, Math.abs(expected)));
    }
  });

  test('two runs together have the same losses and gradients as each alone', async () => {
    const runs = [run(network, 1), run(network, 2)];
    const together = await trainOnce(network.model, runs, on, 0);
    for (const [r, one] of runs.entries()) {
      const [alone] = await trainOnce(network.model, [one], on, 0);
      expect(together[r]).toEqual(alone);
    }
  });

  test('every piece of a row gets a cross-entropy in nats and log-probabilities', async () => {
    const [predictions] = await predictOnce(network.model, [run(network, 1)], on);
    const values = predictions?.values ?? new Float32Array();
    const classes = network.sizes.kind === 'mlp' ? (network.sizes.sizes.at(-1) as number) : network.sizes.classes;
    expect(values.length % (network.batch * (1 + classes))).toBe(0);
    for (let at = 0; at < values.length; at += 1 + classes) {
      expect(values[at]).toBeGreaterThan(0);
      const total = values.subarray(at + 1, at + 1 + classes).reduce((sum, value) => sum + Math.exp(value), 0);
      // float32 of a softmax over a few classes.
      expect(Math.abs(total - 1)).toBeLessThan(1e-5);
    }
  });
});

test('the networks have the sizes they are named after', () => {
  const sizes = NETWORKS.map((spec) => {
    const { model } = buildNetwork(spec);
    const parameters = model.parameters.reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
    return [spec.id, parameters];
  });
  expect(sizes).toEqual([
    ['mlpSmall', 4160 + 4160 + 650],
    ['mlpWide', 64 * 256 + 256 + 256 * 256 + 256 + 2570],
    ['conv', 80 + 1168 + 1450],
    ['transformer', 6 * 64 + 4 * 4160 + 64 * 256 + 256 + 256 * 64 + 64 + 1040],
  ]);
});
