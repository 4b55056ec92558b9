import { beforeAll, describe, expect, it } from 'vitest';
import { interpret } from '../compiler/interpret.ts';
import { WASM_POLICY } from '../compiler/schedule/policies.ts';
import { scheduleGraph } from '../compiler/schedule/schedule-graph.ts';
import { runOnWasm } from '../compiler/testing/run-on-wasm.ts';
import { normals } from '../counter-random.ts';
import * as tf from '../tf.ts';
import { ctcLoss, IMPOSSIBLE } from './ctc.ts';
import { type CtcBatch, ctcGraph, IMPOSSIBLE_ROW, MIXED, REFERENCE_CASES } from './testing/batches.ts';

interface Found {
  readonly loss: ArrayLike<number>;
  readonly gradient: ArrayLike<number>;
}

const inputsOf = ({ logits, frames, labels }: CtcBatch) => ({ logits, frames, labels });
const inFloat64 = (batch: CtcBatch): Found => interpret(ctcGraph(batch), inputsOf(batch)) as unknown as Found;
const onWasm = async (...runs: readonly CtcBatch[]): Promise<readonly Found[]> =>
  (await runOnWasm(scheduleGraph(ctcGraph(runs[0] as CtcBatch), WASM_POLICY), runs.map(inputsOf))) as unknown as readonly Found[];

/** Largest difference of the gradients. */
const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

/** Of one utterance, by adding the probabilities of all paths. */
function lossOfPaths({ classes, blank, logits, labels }: CtcBatch, frames: number): number {
  const probabilities = Array.from({ length: frames }, (_, t) => {
    const scores = Array.from(logits.subarray(t * classes, (t + 1) * classes), Math.exp);
    const sum = scores.reduce((a, b) => a + b);
    return scores.map((score) => score / sum);
  });
  const wanted = labels.filter((label) => label >= 0).join();
  let total = 0;
  for (let path = 0; path < classes ** frames; path++) {
    const steps = Array.from({ length: frames }, (_, t) => Math.floor(path / classes ** t) % classes);
    const spelled = steps.filter((step, t) => step !== blank && step !== steps[t - 1]).join();
    if (spelled === wanted) total += steps.reduce((product, step, t) => product * (probabilities[t]?.[step] as number), 1);
  }
  return -Math.log(total);
}

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

describe.each(REFERENCE_CASES.map((given) => [given.name, given] as const))('%s', (_, given) => {
  const loss = given.loss ?? IMPOSSIBLE;
  const gradient = given.gradient ?? new Float32Array(given.logits.length);

  it("has PyTorch's loss and gradient in double precision", () => {
    const found = inFloat64(given);
    expect(Math.abs((found.loss[0] as number) - loss)).toBeLessThan(1e-9 * Math.max(1, loss));
    // The file has 11 digits.
    expect(worst(found.gradient, gradient)).toBeLessThan(1e-10);
  });

  it('has them in single precision as WebAssembly', async () => {
    const [found] = (await onWasm(given)) as readonly [Found];
    expect(Math.abs((found.loss[0] as number) - loss)).toBeLessThan(1e-6 * Math.max(1, loss));
    expect(worst(found.gradient, gradient)).toBeLessThan(1e-5);
  });
});

describe.each([
  { time: 1, labels: [-1, -1] },
  { time: 3, labels: [1, -1] },
  { time: 4, labels: [2, 0] },
  { time: 5, labels: [0, 0] },
  { time: 6, labels: [2, 2] },
])('labels $labels in $time frames', ({ time, labels }) => {
  const batch: CtcBatch = {
    ...{ time, classes: 4, blank: 1 },
    logits: normals(time, 0, 0, time * 4).map((value) => 2 * value),
    frames: Int32Array.of(time),
    labels: Int32Array.from(labels, (label) => (label === 1 ? 3 : label)),
  };

  it('has the probability of all its paths', () => {
    expect(inFloat64(batch).loss[0]).toBeCloseTo(lossOfPaths(batch, time), 12);
  });

  it('has the gradient of central differences', () => {
    const h = 1e-5;
    const graph = ctcGraph(batch);
    const { gradient } = inFloat64(batch);
    const at = (index: number, distance: number): number => {
      const logits = Float64Array.from(batch.logits);
      logits[index] = (logits[index] as number) + distance;
      return interpret(graph, { ...inputsOf(batch), logits }).loss?.[0] as number;
    };
    const slopes = Array.from(batch.logits, (_, index) => (at(index, h) - at(index, -h)) / (2 * h));
    // h^2 of the third derivative, and 1e-16 / h.
    expect(worst(slopes, gradient)).toBeLessThan(1e-9);
  });
});

describe('utterances of other lengths in one batch', () => {
  const { time, classes } = MIXED;
  const N = MIXED.frames.length;
  const room = MIXED.labels.length / N;
  const own = (n: number): CtcBatch => ({
    ...MIXED,
    time: MIXED.frames[n] as number,
    logits: MIXED.logits.slice(n * time * classes, (n * time + (MIXED.frames[n] as number)) * classes),
    frames: MIXED.frames.slice(n, n + 1),
    labels: MIXED.labels.slice(n * room, (n + 1) * room),
  });

  it('have what they have alone, and no gradient beyond their ends', () => {
    const found = inFloat64(MIXED);
    for (let n = 0; n < N; n++) {
      const alone = inFloat64(own(n));
      expect(found.loss[n]).toBeCloseTo(alone.loss[0] as number, 12);
      const gradient = Array.from(found.gradient).slice(n * time * classes, (n + 1) * time * classes);
      const length = alone.gradient.length;
      expect(worst(gradient.slice(0, length), alone.gradient)).toBeLessThan(1e-14);
      expect(gradient.slice(length).every((value) => value === 0)).toBe(true);
    }
  });

  it('have a large finite loss and no gradient where they are impossible', async () => {
    for (const { loss, gradient } of [inFloat64(MIXED), ...(await onWasm(MIXED))]) {
      expect(loss[IMPOSSIBLE_ROW]).toBe(gradient instanceof Float32Array ? Math.fround(IMPOSSIBLE) : IMPOSSIBLE);
      const start = IMPOSSIBLE_ROW * time * classes;
      expect(Array.from(gradient).slice(start, start + time * classes)).toEqual(Array(time * classes).fill(0));
    }
  });

  it.each([1, 2, 3, 4, 5, 7])('are computed as WebAssembly: %s of them', async (count) => {
    const batch: CtcBatch = {
      ...MIXED,
      logits: MIXED.logits.slice(0, count * time * classes),
      frames: MIXED.frames.slice(0, count),
      labels: MIXED.labels.slice(0, count * room),
    };
    const expected = inFloat64(batch);
    const [found] = (await onWasm(batch)) as readonly [Found];
    Array.from(expected.loss).forEach((value, n) => {
      expect(Math.abs((found.loss[n] as number) - value)).toBeLessThan(1e-6 * Math.max(1, value));
    });
    expect(worst(found.gradient, expected.gradient)).toBeLessThan(1e-6);
  });

  it('are computed by TensorFlow.js too, for all runs at once', () => {
    const gradient = tf.tidy(() => {
      const logits = tf.tensor3d(MIXED.logits, [N, time, classes]);
      const frames = tf.tensor1d(MIXED.frames, 'int32');
      const labels = tf.tensor2d(MIXED.labels, [N, room], 'int32');
      return tf
        .grad((x) => ctcLoss((x as tf.Tensor).logSoftmax(-1), frames, labels, MIXED.blank).sum())(logits)
        .dataSync();
    });
    // float32 log-softmax around the same kernels.
    expect(worst(gradient, inFloat64(MIXED).gradient)).toBeLessThan(1e-6);
  });

  it('are NaN where a frame is, in loss and gradient, and nowhere else', async () => {
    const poisoned = { ...MIXED, logits: MIXED.logits.slice() };
    poisoned.logits[(1 * time + 2) * classes] = Number.NaN;
    // After its end: not looked at.
    poisoned.logits[(2 * time + 6) * classes] = Number.NaN;
    for (const [calm, found] of [
      [inFloat64(MIXED), inFloat64(poisoned)],
      [(await onWasm(MIXED))[0], (await onWasm(poisoned))[0]],
    ] as readonly (readonly [Found, Found])[]) {
      expect(Array.from(found.loss, Number.isNaN)).toEqual(Array.from({ length: N }, (_, n) => n === 1));
      for (let n = 0; n < N; n++) {
        const rows = (from: Found, frames: number) => Array.from(from.gradient).slice(n * time * classes, (n * time + frames) * classes);
        const length = MIXED.frames[n] as number;
        if (n === 1) expect(rows(found, length).some(Number.isNaN)).toBe(true);
        else expect(rows(found, n === 2 ? length : time)).toEqual(rows(calm, n === 2 ? length : time));
      }
    }
  });
});

it('is as exact for hundreds of frames as for a few', async () => {
  const [time, classes] = [400, 3];
  const batch: CtcBatch = {
    ...{ time, classes, blank: 0 },
    logits: normals(5, 0, 0, time * classes).map((value) => 4 * value),
    frames: Int32Array.of(time),
    labels: Int32Array.from({ length: 30 }, (_, k) => 1 + ((k >> 1) % 2)),
  };
  const expected = inFloat64(batch);
  const [found] = (await onWasm(batch)) as readonly [Found];
  expect(Math.abs((found.loss[0] as number) / (expected.loss[0] as number) - 1)).toBeLessThan(1e-6);
  // Without scaling, logarithms of some thousand would leave errors of 1e-4.
  expect(worst(found.gradient, expected.gradient)).toBeLessThan(3e-5);
});
