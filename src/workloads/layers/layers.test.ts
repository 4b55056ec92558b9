import { beforeAll, describe, expect, test } from 'vitest';
import { normals } from '../../kernels/counter-random.ts';
import * as tf from '../../kernels/tf.ts';
import { ACTIVATIONS } from './activations.ts';
import { attention, MASKED } from './attention.ts';
import { convolution, depthwiseOverTime, upConvolution } from './convolution.ts';
import { dense } from './dense.ts';
import { channelDropout, dropout } from './dropout.ts';
import { embedding } from './embedding.ts';
import { batchNorm, instanceNorm, layerNorm } from './normalization.ts';
import { Parameters, type Pass } from './pass.ts';
import { bidirectionalLstm } from './recurrent.ts';

const [RUNS, BATCH] = [2, 3];

const random = (stream: number, shape: readonly number[]): tf.Tensor =>
  tf.tensor(
    normals(
      stream,
      0,
      0,
      shape.reduce((product, extent) => product * extent, 1),
    ),
    [...shape],
  );

/** A pass of two runs with parameters at a general point. */
const passOf = ({ specs }: Parameters, change: Partial<Pass> = {}): Pass => ({
  params: specs.map(({ shape }, index) => random(100 + index, [RUNS, ...shape])),
  runs: RUNS,
  batch: BATCH,
  reg: null,
  statisticsRows: BATCH,
  ...change,
});

const parameterOf = (pass: Pass, index: number, run: number): tf.Tensor => {
  const tensor = pass.params[index] as tf.Tensor;
  return tensor.slice([run, ...tensor.shape.slice(1).map(() => 0)], [1, ...tensor.shape.slice(1)]).squeeze([0]);
};
/** One run's examples. */
const examples = (h: tf.Tensor, run: number): tf.Tensor => {
  const own = (h.shape[0] as number) === BATCH ? 0 : run * BATCH;
  return h.slice([own, ...h.shape.slice(1).map(() => 0)], [BATCH, ...h.shape.slice(1)]);
};

/** float32: sums of at most some dozens of terms of size 1. */
const expectClose = (found: tf.Tensor, expected: tf.Tensor): void => {
  expect(found.shape).toEqual(expected.shape);
  expect(found.sub(expected).abs().max().arraySync()).toBeLessThan(2e-5);
};

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

describe.each([1, RUNS])('with examples of %s run(s)', (lead) => {
  test('a dense layer multiplies each run with its own weights', () => {
    const parameters = new Parameters();
    const layer = dense(parameters, 'd', 4, 5);
    const pass = passOf(parameters);
    const h = random(1, [lead * BATCH, 2, 4]);
    const found = layer(pass, h);
    for (let run = 0; run < RUNS; run++) {
      const own = examples(h, run)
        .reshape([BATCH * 2, 4])
        .matMul(parameterOf(pass, 0, run))
        .add(parameterOf(pass, 1, run));
      expectClose(examples(found, run), own.reshape([BATCH, 2, 5]));
    }
  });

  test.each([
    { filter: 3, stride: 1, size: [5, 6] },
    { filter: 3, stride: 2, size: [6, 8] },
    { filter: 1, stride: 2, size: [6, 4] },
    { filter: 5, stride: 1, size: [6, 7] },
  ])('a convolution is that of TensorFlow.js: filter $filter, stride $stride', ({ filter, stride, size }) => {
    const parameters = new Parameters();
    const layer = convolution(parameters, 'c', filter, 2, 3, { stride });
    const pass = passOf(parameters);
    const h = random(1, [lead * BATCH, ...size, 2]);
    const found = layer(pass, h);
    for (let run = 0; run < RUNS; run++) {
      const W = parameterOf(pass, 0, run).reshape([filter, filter, 2, 3]) as tf.Tensor4D;
      const half = (filter - 1) >> 1;
      // 'same' of TensorFlow.js pads an even size less above than below; ours is centred.
      const padded = examples(h, run).pad([
        [0, 0],
        [half, half],
        [half, half],
        [0, 0],
      ]) as tf.Tensor4D;
      expectClose(examples(found, run), padded.conv2d(W, stride, 'valid').add(parameterOf(pass, 1, run)));
    }
  });
});

test('a convolution with another stride and filter on each axis halves one of them', () => {
  const parameters = new Parameters();
  const layer = convolution(parameters, 'c', [3, 1], 2, 3, { stride: [2, 1] });
  expect(layer(passOf(parameters), random(1, [RUNS * BATCH, 7, 4, 2])).shape).toEqual([RUNS * BATCH, 4, 4, 3]);
});

test('a convolution that doubles the size is the transposed one of TensorFlow.js', () => {
  const parameters = new Parameters();
  const [inputs, outputs] = [4, 3];
  const layer = upConvolution(parameters, 'u', inputs, outputs);
  const pass = passOf(parameters);
  const h = random(1, [RUNS * BATCH, 2, 5, inputs]);
  const found = layer(pass, h);
  for (let run = 0; run < RUNS; run++) {
    // (inputs, row, column, outputs) -> (row, column, outputs, inputs)
    const W = parameterOf(pass, 0, run).reshape([inputs, 2, 2, outputs]).transpose([1, 2, 3, 0]) as tf.Tensor4D;
    expectClose(examples(found, run), tf.conv2dTranspose(examples(h, run) as tf.Tensor4D, W, [BATCH, 4, 10, outputs], 2, 'valid'));
  }
});

test('a depthwise convolution over time is that of TensorFlow.js', () => {
  const parameters = new Parameters();
  const layer = depthwiseOverTime(parameters, 'w', 3, 4);
  const pass = passOf(parameters);
  const h = random(1, [RUNS * BATCH, 6, 4]);
  const found = layer(pass, h);
  for (let run = 0; run < RUNS; run++) {
    const W = parameterOf(pass, 0, run).reshape([3, 1, 4, 1]) as tf.Tensor4D;
    const own = examples(h, run).expandDims(2) as tf.Tensor4D;
    expectClose(examples(found, run), own.depthwiseConv2d(W, 1, 'same').squeeze([2]));
  }
});

/** Mean 0 and variance 1, but for 1e-5 of epsilon. */
const expectStandardised = (h: tf.Tensor, axes: number[]): void => {
  const { mean, variance } = tf.moments(h, axes);
  expect(mean.abs().max().arraySync()).toBeLessThan(1e-5);
  expect(variance.sub(1).abs().max().arraySync()).toBeLessThan(1e-4);
};

test.each([{ axes: [-1] }, { axes: [1, 2] }])(
  'layer normalization over axes $axes leaves mean 0 and variance 1 before scale and offset',
  ({ axes }) => {
    const parameters = new Parameters();
    const layer = layerNorm(parameters, 'n', 8, axes);
    const h = random(1, [RUNS * BATCH, 5, 8])
      .mul(3)
      .add(2);
    const plain = layer(passOf(parameters, { params: [tf.ones([RUNS, 8]), tf.zeros([RUNS, 8])] }), h);
    expectStandardised(plain, axes);
    const pass = passOf(parameters);
    const found = layer(pass, h);
    for (let run = 0; run < RUNS; run++) {
      const [scale, offset] = [parameterOf(pass, 0, run), parameterOf(pass, 1, run)];
      expectClose(examples(found, run), examples(plain, run).mul(scale).add(offset));
    }
  },
);

test('instance normalization standardises every channel of every image by itself', () => {
  const h = random(1, [RUNS * BATCH, 4, 5, 3])
    .mul(3)
    .add(random(2, [RUNS * BATCH, 1, 1, 3]));
  expectStandardised(instanceNorm(passOf(new Parameters()), h), [1, 2]);
});

test('batch normalization takes its statistics from the first examples of each run', () => {
  const parameters = new Parameters();
  const layer = batchNorm(parameters, 'n', 4, 8);
  expect(parameters.specs[0]?.init(1, 0)).toEqual(new Float32Array(4).fill(8));
  const pass = passOf(parameters, { statisticsRows: 2 });
  const h = random(1, [RUNS * BATCH, 2, 2, 4]);
  const found = layer(pass, h);
  for (let run = 0; run < RUNS; run++) {
    const own = examples(h, run);
    const { mean, variance } = tf.moments(own.slice([0, 0, 0, 0], [2, 2, 2, 4]), [0, 1, 2]);
    const expected = own
      .sub(mean)
      .div(variance.add(1e-5).sqrt())
      .mul(parameterOf(pass, 0, run))
      .add(parameterOf(pass, 1, run));
    expectClose(examples(found, run), expected);
  }
});

test('batch normalization counts the places that it is told to', () => {
  const parameters = new Parameters();
  const layer = batchNorm(parameters, 'n', 4);
  const pass = passOf(parameters, { statisticsRows: 2 });
  const h = random(1, [RUNS * BATCH, 3, 4]);
  const counted = tf.tensor3d(
    Array.from({ length: RUNS * BATCH * 3 }, (_, i) => (i % 3 <= i % 2 ? 1 : 0)),
    [RUNS * BATCH, 3, 1],
  );
  const found = layer(pass, h, counted);
  for (let run = 0; run < RUNS; run++) {
    const own = examples(h, run);
    const places = examples(counted, run).slice([0, 0, 0], [2, 3, 1]).dataSync();
    const rows = own.slice([0, 0, 0], [2, 3, 4]).reshape([6, 4]);
    const { mean, variance } = tf.moments(rows.gather(Array.from(places.keys()).filter((place) => places[place] === 1)), 0);
    const expected = own
      .sub(mean)
      .div(variance.add(1e-5).sqrt())
      .mul(parameterOf(pass, 0, run))
      .add(parameterOf(pass, 1, run));
    expectClose(examples(found, run), expected);
  }
});

test.each([1, RUNS])('a recurrent layer reads every example in both directions up to its own end, ends of %s run(s)', (lead) => {
  const [T, INPUTS, WIDTH] = [4, 3, 2];
  const parameters = new Parameters();
  const layer = bidirectionalLstm(parameters, 'l', INPUTS, WIDTH);
  const pass = passOf(parameters);
  const h = random(1, [RUNS * BATCH, T, INPUTS]);
  const lengths = Array.from({ length: lead * BATCH }, (_, example) => 1 + ((example * 3) % T));
  const isThere = tf.tensor2d(lengths.map((length) => Array.from({ length: T }, (_, t) => (t < length ? 1 : 0))));
  const found = layer(pass, h, isThere).arraySync() as number[][][];
  const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
  for (let example = 0; example < RUNS * BATCH; example++) {
    const run = Math.floor(example / BATCH);
    const [W, U, b] = [0, 1, 2].map((index) => parameterOf(pass, index, run).arraySync()) as [number[][], number[][], number[][]];
    const x = h.slice([example, 0, 0], [1, T, INPUTS]).squeeze([0]).arraySync() as number[][];
    const length = lengths[lead === 1 ? example % BATCH : example] as number;
    for (const direction of [0, 1]) {
      let [state, cell] = [Array<number>(WIDTH).fill(0), Array<number>(WIDTH).fill(0)];
      const order = Array.from({ length }, (_, step) => (direction === 0 ? step : length - 1 - step));
      for (const t of order) {
        const gate = (index: number): number =>
          (b[direction]?.[index] as number) +
          (x[t] as number[]).reduce((sum, value, i) => sum + value * (W[direction * INPUTS + i]?.[index] as number), 0) +
          state.reduce((sum, value, i) => sum + value * (U[direction * WIDTH + i]?.[index] as number), 0);
        const [input, forget, candidate, output] = [0, 1, 2, 3].map((part) =>
          Array.from({ length: WIDTH }, (_, unit) => gate(part * WIDTH + unit)),
        ) as [number[], number[], number[], number[]];
        cell = cell.map((old, u) => logistic(forget[u] as number) * old + logistic(input[u] as number) * Math.tanh(candidate[u] as number));
        state = cell.map((own, u) => logistic(output[u] as number) * Math.tanh(own));
        state.forEach((value, u) => {
          // float32: a few dozen operations on numbers of size 1.
          expect(found[example]?.[t]?.[direction * WIDTH + u]).toBeCloseTo(value, 5);
        });
      }
    }
    for (const outputs of found[example]?.slice(length) ?? []) expect(outputs.every((value) => value === 0)).toBe(true);
  }
});

test('activations have the values of their definitions', () => {
  const x = tf.tensor1d([-3, -0.5, 0, 0.7, 2]);
  expectClose(ACTIVATIONS.silu(x), x.div(x.neg().exp().add(1)));
  // 1 times the normal distribution function at 1.
  expect(ACTIVATIONS.gelu(tf.tensor1d([1])).arraySync()).toEqual([expect.closeTo(0.8413447, 6)]);
});

test('attention mixes values by the softmax of scaled products, and looks at nothing that is masked', () => {
  const parameters = new Parameters();
  const { attend } = attention(parameters, 'a', { width: 4, heads: 2, temperature: 1.5 });
  const pass = passOf(parameters);
  const h = random(1, [RUNS * BATCH, 3, 4]);
  const memory = random(2, [RUNS * BATCH, 5, 4]);
  const mask = tf.tensor4d([0, 0, MASKED, 0, MASKED], [1, 1, 1, 5]);
  const found = attend(pass, h, memory, mask);
  for (let run = 0; run < RUNS; run++) {
    const project = (x: tf.Tensor, part: number): tf.Tensor =>
      x
        .reshape([-1, 4])
        .matMul(parameterOf(pass, 2 * part, run))
        .add(parameterOf(pass, 2 * part + 1, run));
    const [x, kept] = [examples(h, run), examples(memory, run).gather([0, 1, 3], 1)];
    const expected = Array.from({ length: BATCH }, (_, example) => {
      const one = (y: tf.Tensor): tf.Tensor => y.slice([example, 0, 0], [1, -1, 4]);
      const [q, k, v] = [project(one(x), 0), project(one(kept), 1), project(one(kept), 2)];
      const heads = [0, 2].map((first) => {
        const part = (y: tf.Tensor): tf.Tensor => y.slice([0, first], [-1, 2]);
        return part(q)
          .matMul(part(k), false, true)
          .mul(1.5 / Math.sqrt(2))
          .softmax()
          .matMul(part(v));
      });
      return project(tf.concat(heads, 1), 3);
    });
    expectClose(examples(found, run), tf.stack(expected));
  }
});

test('an embedding gives every run the rows of its own table', () => {
  const parameters = new Parameters();
  const { look } = embedding(parameters, 'e', 7, 3, 1);
  const pass = passOf(parameters);
  const ids = tf.tensor2d([0, 6, 3, 3, 1, 2], [BATCH, 2], 'int32');
  const found = look(pass, ids);
  for (let run = 0; run < RUNS; run++) expectClose(examples(found, run), parameterOf(pass, 0, run).gather(ids));
});

describe('dropout', () => {
  const uniform = (layer: number, shape: readonly number[]): tf.Tensor =>
    tf.tensor(
      normals(layer, 0, 3, RUNS * (shape[0] as number)).map((value) => Math.abs(value) % 1),
      [RUNS, ...shape],
    );
  const reg = { labelSmoothing: tf.zeros([RUNS, 1]), dropout: tf.fill([RUNS, 1], 0.25), auxDropout: tf.fill([RUNS, 1], 0.5), uniform };
  const kept = Math.fround(1 / 0.75);

  test('divides what it keeps, differs between places, and is left out of a deterministic pass', () => {
    const parameters = new Parameters();
    const [first, second] = [dropout(parameters), dropout(parameters, 'auxDropout')];
    const h = tf.ones([RUNS * BATCH, 40]);
    const pass = passOf(parameters, { reg });
    expect(new Set(first(pass, h).dataSync())).toEqual(new Set([0, kept]));
    expect(new Set(second(pass, h).dataSync())).toEqual(new Set([0, 2]));
    expect(first(passOf(parameters), h)).toBe(h);
  });

  test('of channels keeps or drops a whole channel of an image', () => {
    const parameters = new Parameters();
    const drop = channelDropout(parameters);
    const h = tf.ones([RUNS * BATCH, 2, 3, 20]);
    const found = drop(passOf(parameters, { reg }), h);
    const perChannel = found.mean([1, 2]); // (images, channels)
    expectClose(found, perChannel.reshape([RUNS * BATCH, 1, 1, 20]).tile([1, 2, 3, 1]));
    expect(new Set(perChannel.greater(1).dataSync())).toEqual(new Set([0, 1]));
    expect(drop(passOf(parameters), h)).toBe(h);
  });
});
