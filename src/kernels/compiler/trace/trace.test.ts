import { beforeEach, describe, expect, test } from 'vitest';
import * as tf from '../../tf.ts';
import { interpret } from '../interpret.ts';
import { type TraceInput, trace } from './trace.ts';
import { UnsupportedOpError } from './unsupported-op.ts';

const vector = (size: number): TraceInput => ({ shape: [size], dtype: 'float32', owner: 'run' });

// Traced before any backend was chosen, as a page that computes everything by compiled programs does.
const early = trace({ x: vector(2) }, ({ x }) => ({ y: x.exp().add(tf.scalar(1)) }));
const backendAfterEarly = tf.engine().backendName as string | null | undefined;

let before: ReturnType<typeof tf.memory>;

beforeEach(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
  before = tf.memory();
});

function expectUntouched(): void {
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.engine().backendNames()).not.toContain('trace');
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
}

describe('trace', () => {
  test('needs no backend and chooses none', () => {
    expect(early.nodes.length).toBeGreaterThan(1);
    expect(backendAfterEarly ?? null).toBeNull();
  });

  test('keeps the backend and leaves no tensor behind', () => {
    const graph = trace({ x: vector(3) }, ({ x }) => ({ y: x.add(1), same: x.clone() }));
    expect(interpret(graph, { x: [1, 2, 3] }).y).toEqual(Float64Array.from([2, 3, 4]));
    expectUntouched();
  });

  test('traces again after it has traced', () => {
    const once = (): unknown => trace({ x: vector(3) }, ({ x }) => ({ y: x.exp().sum() }));
    expect(once()).toEqual(once());
    expectUntouched();
  });

  test('records a gradient as operations', () => {
    const graph = trace({ x: vector(2) }, ({ x }) => ({ g: tf.grad((t) => t.square().sum())(x) }));
    expect(interpret(graph, { x: [3, -4] }).g).toEqual(Float64Array.from([6, -8]));
    expectUntouched();
  });

  test('drops inputs and operations that no output needs', () => {
    const graph = trace({ x: vector(2), unused: vector(5) }, ({ x, unused }) => {
      unused.exp();
      return { y: x.neg() };
    });
    expect(graph.nodes.map(({ op }) => op)).toEqual(['input', 'unary']);
  });

  test('leaves no operation of reshapes, copies and casts to the same type', () => {
    const graph = trace({ x: vector(6) }, ({ x }) => ({
      y: x
        .reshape([2, 3])
        .clone()
        .expandDims(0)
        .cast('float32')
        .flatten()
        .transpose()
        .tile([1])
        .slice(0, 6)
        .pad([[0, 0]]),
    }));
    expect(graph.nodes.map(({ op }) => op)).toEqual(['input']);
  });

  test('keeps a table of numbers as small as it is when it is repeated', () => {
    const graph = trace({ x: { ...vector(6), shape: [2, 3] } }, ({ x }) => ({ y: x.add(tf.tensor1d([1, 2, 3])) }));
    const [table] = graph.nodes.flatMap((node) => (node.op === 'constant' ? [node.values] : []));
    expect(table).toEqual(Float64Array.from([1, 2, 3]));
    expect(interpret(graph, { x: [0, 0, 0, 10, 10, 10] }).y).toEqual(Float64Array.from([1, 2, 3, 11, 12, 13]));
  });

  test('stores bools as 0 and 1', () => {
    const input: TraceInput = { shape: [3], dtype: 'bool', owner: 'run' };
    const graph = trace({ b: input }, ({ b }) => ({ not: b.logicalNot(), same: b }));
    const { not, same } = interpret(graph, { b: [0, 1, 1] });
    expect(not).toEqual(Float64Array.from([1, 0, 0]));
    expect(same).toEqual(Float64Array.from([0, 1, 1]));
    expect(graph.nodes.every(({ op, dtype }) => op !== 'input' || dtype === 'float32')).toBe(true);
  });

  test('names the place of every operation', () => {
    const graph = trace({ x: vector(2) }, ({ x }) => ({ y: x.exp().add(x.neg().exp()) }));
    expect(graph.nodes.map(({ place }) => place)).toEqual(['', 'Exp 1', 'Neg 1', 'Exp 2', 'Add 1']);
  });

  test('computes the mask of a ReLU gradient from its output', () => {
    const graph = trace({ x: vector(3) }, ({ x }) => ({ g: tf.grad((t) => t.relu().square().sum())(x) }));
    const masks = graph.nodes.filter(({ place }) => place === 'Step 1');
    const [mask] = masks.filter((node) => node.op === 'binary');
    const relu = graph.nodes.findIndex(({ place, op }) => place === 'Relu 1' && op === 'select');
    expect(mask !== undefined && 'inputs' in mask && mask.inputs).toContain(relu);
    expect(interpret(graph, { x: [-1, 0, 2] }).g).toEqual(Float64Array.from([0, 0, 4]));
  });

  test.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['relu', (x) => x.relu()],
    ['relu6', (x) => x.relu6()],
    ['leakyRelu', (x) => x.leakyRelu(0.2)],
    ['elu', (x) => x.elu()],
    ['selu', (x) => x.selu()],
    ['sigmoid', (x) => x.sigmoid()],
    ['softplus', (x) => x.softplus()],
    ['clipByValue', (x) => x.clipByValue(-1, 1)],
    ['step', (x) => x.step()],
    ['sign', (x) => x.sign()],
    ['maximum', (x) => x.maximum(0)],
    ['minimum', (x) => x.minimum(0)],
    ['max', (x) => x.max()],
    ['mean', (x) => x.mean()],
    ['softmax', (x) => x.softmax()],
    ['logSumExp', (x) => x.logSumExp()],
    ['maxPool', (x) => tf.maxPool(x.reshape([1, 2, 2, 1]) as tf.Tensor4D, 2, 1, 'same')],
  ])('%s keeps a NaN', (_, f) => {
    const graph = trace({ x: vector(4) }, ({ x }) => ({ y: f(x) }));
    const { y } = interpret(graph, { x: [Number.NaN, 1, -2, 3] });
    expect(y?.[0]).toBeNaN();
  });

  test('a cumulative sum keeps a NaN from the entries before it', () => {
    const graph = trace({ x: vector(3) }, ({ x }) => ({ y: x.cumsum() }));
    expect(interpret(graph, { x: [1, Number.NaN, 3] }).y).toEqual(Float64Array.from([1, Number.NaN, Number.NaN]));
  });
});

test('a quotient rounded down is int32, also of float32', () => {
  const graph = trace({ x: vector(2) }, ({ x }) => ({ y: x.floorDiv(2) }));
  expect(graph.nodes[graph.outputs.y as number]?.dtype).toBe('int32');
  expect(interpret(graph, { x: [-3, 5.5] }).y).toEqual(Float64Array.of(-2, 2));
});

test('one tensor may be several outputs', () => {
  const graph = trace({ x: vector(3) }, ({ x }) => {
    const y = x.square();
    return { objective: y, loss: y };
  });
  expect(graph.outputs.objective).toBe(graph.outputs.loss);
});

describe('trace refuses', () => {
  const attempt = (f: (x: tf.Tensor) => tf.Tensor): unknown => {
    try {
      trace({ x: vector(3) }, ({ x }) => ({ y: f(x) }));
    } catch (error) {
      return error;
    }
    return null;
  };

  test('an operation it does not know, by name, shapes, number and line', () => {
    const error = attempt((x) => x.exp().add(tf.atan2(x, x.reshape([1, 3]))));
    expect(error).toBeInstanceOf(UnsupportedOpError);
    const { kernel, ordinal, source, message } = error as UnsupportedOpError;
    expect([kernel, ordinal]).toEqual(['Atan2', 3]);
    expect(source).toMatch(/trace\.test\.ts:\d+/);
    expect(message).toContain('cannot express Atan2 of (3) and (1, 3)');
    expectUntouched();
  });

  test('an attribute it does not know', () => {
    const error = attempt((x) => tf.gather(x.reshape([1, 3]), tf.tensor2d([[0]], [1, 1], 'int32'), 1, 1));
    expect(error).toBeInstanceOf(UnsupportedOpError);
    expect((error as Error).message).toContain('batchDims 1 is not supported');
    expectUntouched();
  });

  test('more than four axes, which not every backend has', () => {
    const error = attempt((x) => x.reshape([1, 1, 1, 1, 3]));
    expect(error).toBeInstanceOf(UnsupportedOpError);
    expect((error as Error).message).toContain('its result has rank 5, (1,1,1,1,3)');
    expectUntouched();
  });

  test('fractions as int32, which the backends treat differently', () => {
    const error = attempt((x) => tf.oneHot(x.cast('int32').flatten() as tf.Tensor1D, 2, 0.9, 0.1).cast('float32'));
    expect(error).toBeInstanceOf(UnsupportedOpError);
    expect((error as Error).message).toContain('0.9 is no int32: make the tensor float32');
    expectUntouched();
  });

  test('a kernel that was never registered', () => {
    const error = attempt((x) => tf.engine().runKernel('NoSuchKernel', { x }));
    expect(error).toBeInstanceOf(UnsupportedOpError);
    expect((error as UnsupportedOpError).kernel).toBe('NoSuchKernel');
    expectUntouched();
  });

  test('an unknown operation of the backward pass, without leaving the tape behind', () => {
    const error = attempt((x) => tf.grad((t) => t.exp().prod().square().sum())(x));
    expect(error).toBeInstanceOf(UnsupportedOpError);
    expect((error as UnsupportedOpError).kernel).toBe('Cumprod');
    expectUntouched();
  });

  test.each<[string, (x: tf.Tensor) => unknown]>([
    ['dataSync', (x) => x.dataSync()],
    ['arraySync', (x) => x.sum().arraySync()],
    ['print', (x) => x.print()],
    ['a constant too', () => tf.scalar(1).dataSync()],
  ])('reading values: %s', (_, read) => {
    const error = attempt((x) => {
      read(x);
      return x;
    });
    expect((error as Error).message).toContain('may not read the values of a tensor');
    expectUntouched();
  });

  test('a tensor that was made outside', () => {
    const outside = tf.scalar(2);
    const error = attempt((x) => x.mul(outside));
    expect((error as Error).message).toContain('was made outside the traced function');
    expect(outside.dataSync()[0]).toBe(2);
    outside.dispose();
    expectUntouched();
  });

  test('tracing inside of a traced function', () => {
    const error = attempt((x) => {
      trace({ x: vector(1) }, (inner) => ({ y: inner.x }));
      return x;
    });
    expect((error as Error).message).toContain('cannot trace another one');
    expectUntouched();
  });

  test('variables and text', () => {
    expect((attempt((x) => x.add(tf.variable(tf.scalar(1)))) as Error).message).toContain('no tf.Variable');
    expect((attempt((x) => tf.tensor(['a']) && x) as Error).message).toContain('no string tensors');
  });
});
