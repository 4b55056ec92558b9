import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FreestepOptimizer } from './api.ts';
import { methods } from './testing/factories.ts';
import { averaged, fragile } from './testing/fixtures.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function variable(name: string, values: readonly number[], shape: readonly number[] = [values.length], isTrainable = true): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor([...values], [...shape]), isTrainable, name));
}

/** Two variables and a loss of them that is nowhere flat. */
function problem() {
  const a = variable('a', [1, -2, 3, 0.5, 0.25, -1], [2, 3]);
  const b = variable('b', [0.5, -1.5]);
  const loss = (): tf.Scalar => a.square().mean().add(b.sub(2).square().mean()).add(a.mean().exp()).asScalar();
  return {
    a,
    b,
    loss,
    values: () => [...a.dataSync(), ...b.dataSync()],
    dispose: () => tf.dispose([a, b]),
  };
}

let tensorsBefore = 0;
let current: ReturnType<typeof problem>;
let optimizers: FreestepOptimizer[] = [];
const disposedLater = <T extends FreestepOptimizer>(optimizer: T): T => {
  optimizers.push(optimizer);
  return optimizer;
};

beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
  current = problem();
});
afterEach(() => {
  for (const optimizer of optimizers) optimizer.dispose();
  optimizers = [];
  current.dispose();
  vi.restoreAllMocks();
  expect(tf.memory().numTensors, 'tensors left behind').toBe(tensorsBefore);
});

const adamw = methods.find(({ id }) => id === 'adamw')?.create ?? averaged;

function minimizeTimes(optimizer: FreestepOptimizer, times: number): void {
  for (let step = 0; step < times; step += 1) optimizer.minimize(current.loss);
}

describe.each([...methods, { id: 'a method with two points', create: averaged }, { id: 'a method that reads the loss', create: fragile }])(
  '$id',
  ({ create }) => {
    it('goes on from its own weights as if it had never stopped', async () => {
      const optimizer = disposedLater(create());
      minimizeTimes(optimizer, 3);
      const weights = await optimizer.getWeights();
      expect(weights[0]?.name).toBe('iter');
      expect(new Set(weights.map(({ name }) => name)).size).toBe(weights.length);
      const [a, b] = [current.a.clone(), current.b.clone()];
      minimizeTimes(optimizer, 4);
      const through = current.values();
      const status = await optimizer.status();

      const other = disposedLater(create());
      await other.setWeights(weights);
      current.a.assign(a);
      current.b.assign(b);
      minimizeTimes(other, 4);
      expect(current.values()).toEqual(through);
      expect(await other.status()).toEqual(status);

      await optimizer.setWeights(weights);
      current.a.assign(a);
      current.b.assign(b);
      minimizeTimes(optimizer, 4);
      expect(current.values()).toEqual(through);
      tf.dispose([a, b]);
    });

    it('is the same after a round trip of its configuration through JSON', () => {
      const optimizer = disposedLater(create());
      optimizer.schedule = 0.25;
      const config = JSON.parse(JSON.stringify(optimizer.getConfig()));
      const cls = tf.serialization.SerializationMap.getMap().classNameMap[optimizer.getClassName()];
      if (!cls) throw new Error(`${optimizer.getClassName()} is not registered.`);
      const again = disposedLater(cls[1](cls[0], config) as FreestepOptimizer);
      expect(again.getConfig()).toEqual(optimizer.getConfig());
      expect(again.schedule).toBe(0.25);
      expect(again.getClassName()).toBe(optimizer.getClassName());
    });

    it('keeps its state where it is stepped inside tf.tidy', () => {
      const optimizer = disposedLater(create());
      minimizeTimes(optimizer, 4);
      const expected = current.values();
      current.dispose();
      current = problem();
      const inside = disposedLater(create());
      for (let step = 0; step < 4; step += 1) {
        tf.tidy(() => {
          inside.minimize(current.loss);
        });
      }
      expect(current.values()).toEqual(expected);
    });
  },
);

describe('steps', () => {
  it('give the cost when asked for it', () => {
    const cost = disposedLater(adamw()).minimize(current.loss, true);
    expect(cost?.dataSync()[0]).toBeGreaterThan(1);
    cost?.dispose();
    expect(disposedLater(adamw()).minimize(current.loss)).toBeNull();
  });

  it('are the same with gradients by name, in a list of any order, and through minimize', () => {
    const ways: readonly ((optimizer: FreestepOptimizer) => void)[] = [
      (optimizer) => optimizer.minimize(current.loss),
      (optimizer) => optimizer.minimize(current.loss, false, [current.a, current.b]),
      (optimizer) =>
        tf.tidy(() => {
          const { grads } = tf.variableGrads(current.loss);
          optimizer.applyGradients(grads);
        }),
      (optimizer) =>
        tf.tidy(() => {
          const { grads } = tf.variableGrads(current.loss);
          const list = Object.entries(grads).map(([name, tensor]) => ({ name, tensor }));
          optimizer.applyGradients(optimizer.iterations % 2 === 0 ? list : list.reverse());
        }),
    ];
    const results = ways.map((way) => {
      const optimizer = disposedLater(adamw());
      for (let step = 0; step < 3; step += 1) way(optimizer);
      const values = current.values();
      current.dispose();
      current = problem();
      return values;
    });
    for (const values of results) expect(values).toEqual(results[0]);
  });

  it('count as iterations, and say how they are made', () => {
    const optimizer = disposedLater(adamw());
    expect(optimizer.path).toBeNull();
    minimizeTimes(optimizer, 3);
    expect(optimizer.iterations).toBe(3);
    expect(optimizer.path).toBe('operations');
  });

  it('start from what the variables hold, also when somebody else has assigned them', () => {
    const optimizer = disposedLater(adamw({ lr: 0.001, weightDecay: 0 }));
    minimizeTimes(optimizer, 2);
    tf.tidy(() => {
      current.a.assign(tf.fill([2, 3], 100));
    });
    minimizeTimes(optimizer, 1);
    expect(current.a.dataSync()[0]).toBeGreaterThan(99);
  });

  it('leave old values of a variable to those who hold them', () => {
    const optimizer = disposedLater(adamw());
    const held = current.a.clone();
    const before = Array.from(held.dataSync());
    minimizeTimes(optimizer, 3);
    expect(Array.from(held.dataSync())).toEqual(before);
    held.dispose();
  });

  it('train only the variables that they are given', () => {
    const optimizer = disposedLater(adamw());
    const before = Array.from(current.a.dataSync());
    optimizer.minimize(current.loss, false, [current.b]);
    expect(Array.from(current.a.dataSync())).toEqual(before);
    expect(current.b.dataSync()[0]).not.toBe(0.5);
  });

  it('pass over variables that are not trainable, as TensorFlow.js does', () => {
    const fixed = variable('fixed', [3], [], false);
    const optimizer = disposedLater(adamw());
    optimizer.minimize(() => current.loss().add(fixed).asScalar(), false, [current.a, fixed]);
    expect(fixed.dataSync()[0]).toBe(3);
    fixed.dispose();
  });

  it('name the variable that makes the set another one than at the first step', () => {
    const optimizer = disposedLater(adamw());
    optimizer.minimize(current.loss, false, [current.b]);
    expect(() => optimizer.minimize(current.loss)).toThrow(/variable "a" had no gradient at the first step/);
    const both = disposedLater(adamw());
    both.minimize(current.loss);
    expect(() => both.minimize(current.loss, false, [current.a])).toThrow(/variable "b" has no gradient at this step/);
  });

  it('name the gradient that does not fit, and the variable that is gone', () => {
    const optimizer = disposedLater(adamw());
    tf.tidy(() => {
      expect(() => optimizer.applyGradients({ nobody: tf.scalar(1) })).toThrow('There is no variable "nobody".');
    });
    expect(() => optimizer.applyGradients({})).toThrow('no gradient');
    minimizeTimes(optimizer, 1);
    tf.tidy(() => {
      expect(() => optimizer.applyGradients({ a: tf.zeros([3, 2]), b: tf.zeros([2]) })).toThrow(/gradient of "a" has shape \[3,2\]/);
    });
    current.dispose();
    current = problem();
    expect(() => minimizeTimes(optimizer, 1)).toThrow(/variable "a" has been disposed or replaced/);
  });

  it('refuse another backend than the one that holds the state', () => {
    const optimizer = disposedLater(adamw());
    minimizeTimes(optimizer, 1);
    vi.spyOn(tf.engine(), 'backendName', 'get').mockReturnValue('elsewhere');
    expect(() => minimizeTimes(optimizer, 1)).toThrow(/state is on the backend "cpu", and "elsewhere" is set/);
  });

  it('are over after dispose', () => {
    const optimizer = adamw();
    minimizeTimes(optimizer, 1);
    optimizer.dispose();
    optimizer.dispose();
    expect(() => minimizeTimes(optimizer, 1)).toThrow('disposed');
  });
});

describe('the loss', () => {
  it('reaches methods that read it through minimize, and applyGradients says so', async () => {
    const optimizer = disposedLater(fragile());
    const cost = optimizer.minimize(current.loss, true);
    const { scalars } = await optimizer.status();
    expect(scalars.f2).toBeCloseTo((cost?.dataSync()[0] ?? 0) ** 2, 4);
    cost?.dispose();
    tf.tidy(() => {
      const { grads } = tf.variableGrads(current.loss);
      expect(() => optimizer.applyGradients(grads)).toThrow(/reads the loss.*minimize\(\)/);
    });
  });
});

describe('the learning rate', () => {
  it('is lr times the schedule, whichever of them is set', () => {
    const optimizer = disposedLater(adamw({ lr: 0.01 }));
    expect(optimizer.learningRate).toBe(0.01);
    optimizer.schedule = 0.5;
    expect(optimizer.learningRate).toBe(0.005);
    optimizer.learningRate = 0.02;
    expect(optimizer.schedule).toBe(2);
    expect(() => {
      optimizer.schedule = Number.NaN;
    }).toThrow('schedule must be a number');
    expect(() => {
      optimizer.learningRate = -1;
    }).toThrow('learningRate must be a number');
  });

  it('of every step is the one that is set before it', () => {
    const scheduled = disposedLater(adamw({ lr: 0.01 }));
    for (const rate of [0.01, 0.02, 0.02, 0]) {
      scheduled.learningRate = rate;
      minimizeTimes(scheduled, 1);
    }
    const values = current.values();
    minimizeTimes(scheduled, 1);
    expect(current.values()).toEqual(values);
  });
});

describe('hyperparameters', () => {
  it('that are not known, of another type or out of range are refused by name', () => {
    expect(() => adamw({ learningRate: 0.1 })).toThrow(/adamw has no hyperparameter "learningRate"; it has lr, /);
    expect(() => adamw({ lr: 'fast' })).toThrow('adamw: lr must be a number from');
    expect(() => adamw({ lr: Number.NaN })).toThrow('adamw: lr must be a number from');
    expect(() => adamw({ beta1: 1.5 })).toThrow('adamw: beta1 must be a number from 0 to');
    expect(disposedLater(adamw({ lr: undefined })).learningRate).toBe(disposedLater(adamw()).learningRate);
  });
});

describe('an optimizer that stopped', () => {
  it('keeps the parameters, warns by itself, and throws at the next step', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const optimizer = disposedLater(fragile());
    minimizeTimes(optimizer, 2);
    const before = current.values();
    const flat = () => current.loss().mul(0).asScalar();
    optimizer.minimize(flat);
    minimizeTimes(optimizer, 2);
    expect(current.values()).toEqual(before);
    await vi.waitFor(() => expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^fragile stopped at step 3: The gradient is zero/)), {
      timeout: 5000,
    });
    expect(warn).toHaveBeenCalledTimes(1);
    expect(() => minimizeTimes(optimizer, 1)).toThrow(/stopped at step 3/);
    expect(await optimizer.status()).toMatchObject({ isRunning: false, k: 2, stoppedAt: 3, cause: 'method' });
  });

  it('says when the loss was not finite, and goes on from saved weights', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const optimizer = disposedLater(adamw());
    minimizeTimes(optimizer, 2);
    const weights = await optimizer.getWeights();
    const before = current.values();
    optimizer.minimize(() => current.loss().mul(Number.NaN).asScalar());
    expect(await optimizer.status()).toMatchObject({ isRunning: false, cause: 'loss', stoppedAt: 3 });
    expect(current.values()).toEqual(before);
    await optimizer.setWeights(weights);
    minimizeTimes(optimizer, 1);
    expect(await optimizer.status()).toMatchObject({ isRunning: true, k: 3, reason: null });
  });

  it('says when gradients broke the parameters', async () => {
    const optimizer = disposedLater(adamw());
    tf.tidy(() => optimizer.applyGradients({ a: tf.fill([2, 3], Number.NaN), b: tf.zeros([2]) }));
    expect(await optimizer.status()).toMatchObject({ isRunning: false, cause: 'parameters', stoppedAt: 1 });
  });
});

describe('weights', () => {
  it('before the first step are the counter alone, and bring an optimizer back to its start', async () => {
    const optimizer = disposedLater(adamw());
    const fresh = await optimizer.getWeights();
    expect(fresh.map(({ name }) => name)).toEqual(['iter']);
    const start = fresh.map(({ name, tensor }) => ({ name, tensor: tensor.clone() }));
    minimizeTimes(optimizer, 2);
    const values = current.values();
    await optimizer.setWeights(start);
    tf.dispose(start.map(({ tensor }) => tensor));
    current.dispose();
    current = problem();
    minimizeTimes(optimizer, 2);
    expect(current.values()).toEqual(values);
  });

  it('that wait for the first step are given on as they are', async () => {
    const optimizer = disposedLater(adamw());
    minimizeTimes(optimizer, 2);
    const weights = await optimizer.getWeights();
    const waiting = disposedLater(adamw());
    await waiting.setWeights(weights);
    const again = await waiting.getWeights();
    const read = (list: typeof weights) =>
      list.map(({ name, tensor }) => ({ name, dtype: tensor.dtype, shape: tensor.shape, values: Array.from(tensor.dataSync()) }));
    expect(read(again)).toEqual(read(weights));
    expect(waiting.iterations).toBe(2);
  });

  it('of other variables are refused by name', async () => {
    const optimizer = disposedLater(adamw());
    minimizeTimes(optimizer, 1);
    const weights = await optimizer.getWeights();
    const other = disposedLater(adamw());
    await other.setWeights(weights);
    expect(() => other.minimize(current.loss, false, [current.b])).toThrow(/weights have "\w+" of 2 variables; the optimizer trains 1/);
    const c = variable('c', [0, 0, 0]);
    const third = disposedLater(adamw());
    await third.setWeights(weights);
    expect(() => third.minimize(() => current.loss().add(c.sum()).asScalar(), false, [current.a, c])).toThrow(
      /weight "b\/\w+" has shape \[2\]; the variable "c" has \[3\]/,
    );
    c.dispose();
    await expect(third.setWeights(weights.slice(1))).rejects.toThrow('"iter"');
  });

  it('go to the variables of the same name, whatever their order', async () => {
    const other = variable('other', [5, 7]);
    const loss = () => current.b.square().sum().add(other.mul(3).square().sum()).asScalar();
    const optimizer = disposedLater(adamw());
    optimizer.minimize(loss, false, [current.b, other]);
    const weights = await optimizer.getWeights();
    const [b, c] = [current.b.clone(), other.clone()];
    optimizer.minimize(loss, false, [current.b, other]);
    const through = [current.b, other].map((trained) => Array.from(trained.dataSync()));

    const reordered = disposedLater(adamw());
    await reordered.setWeights(weights);
    current.b.assign(b);
    other.assign(c);
    reordered.minimize(loss, false, [other, current.b]);
    expect([current.b, other].map((trained) => Array.from(trained.dataSync()))).toEqual(through);
    tf.dispose([other, b, c]);
  });
});
