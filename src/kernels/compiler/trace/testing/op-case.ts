import { normals, pcg4d } from '../../../counter-random.ts';
import * as tf from '../../../tf.ts';
import type { Dtype, Graph } from '../../graph.ts';
import { sizeOf } from '../../index-map.ts';
import { interpret } from '../../interpret.ts';
import { trace } from '../trace.ts';

export interface CaseInput {
  readonly shape: readonly number[];
  /** float32 if not given. */
  readonly dtype?: Dtype;
  /** Uniform in [low, high) instead of standard normal; whole numbers for int32. */
  readonly low?: number;
  readonly high?: number;
  /** No gradient is asked for. */
  readonly isFixed?: boolean;
}

type Tensors = Readonly<Record<string, tf.Tensor>>;

/** A function of tensors whose graph must compute what TensorFlow.js computes. */
export interface OpCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, CaseInput>>;
  readonly f: (tensors: Tensors) => tf.Tensor | tf.Tensor[];
  /**
   * What the gradient is compared with: the CPU backend's and central differences ('both'), or one of them where TensorFlow.js has
   * none or a wrong one, or where the function has steps.
   */
  readonly gradient?: 'both' | 'eager' | 'differences' | 'none';
}

export type Values = Readonly<Record<string, ArrayLike<number>>>;

const WEIGHTS_LAYER = 77;

/** Inputs at random, float32 or whole numbers; a pure function of the case. */
export function randomInputs({ inputs }: OpCase): Record<string, Float32Array> {
  const words = new Uint32Array(4);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype = 'float32', low, high }], position) => {
      const size = sizeOf(shape);
      if (dtype === 'float32' && low === undefined) return [name, normals(5, position, 1, size)];
      const [from, to] = dtype === 'bool' ? [0, 2] : [low ?? 0, high ?? 1];
      const values = Float32Array.from({ length: size }, (_, index) => {
        pcg4d(5, position, 2, index, words);
        const value = from + ((words[0] as number) / 2 ** 32) * (to - from);
        return dtype === 'float32' ? value : Math.floor(value);
      });
      return [name, values];
    }),
  );
}

const isDifferentiated = ({ dtype = 'float32', isFixed = false }: CaseInput): boolean => dtype === 'float32' && !isFixed;

/** Fixed weights of the k-th output: the gradient is that of the weighted sum of all outputs. */
const weightsOf = (k: number, size: number): Float32Array => normals(9, k, WEIGHTS_LAYER, size);

/** The outputs as out0, out1 ..., and the gradients of their weighted sum as grad:<input>. */
function run(given: OpCase, tensors: Tensors): Record<string, tf.Tensor> {
  const outputs = (inputs: Tensors): tf.Tensor[] => [given.f(inputs)].flat();
  const named = Object.fromEntries(outputs(tensors).map((output, k) => [`out${k}`, output.cast('float32')]));
  if ((given.gradient ?? 'both') === 'none') return named;
  const names = Object.keys(tensors).filter((name) => isDifferentiated(given.inputs[name] as CaseInput));
  const { grads } = tf.valueAndGrads((...xs: tf.Tensor[]) => {
    const inputs = { ...tensors, ...Object.fromEntries(names.map((name, i) => [name, xs[i] as tf.Tensor])) };
    const terms = outputs(inputs).map((output, k) => output.mul(tf.tensor(weightsOf(k, output.size), output.shape)).sum());
    return tf.addN(terms);
  })(names.map((name) => tensors[name] as tf.Tensor));
  return { ...named, ...Object.fromEntries(names.map((name, i) => [`grad:${name}`, grads[i] as tf.Tensor])) };
}

/** The case as a graph. */
export function traceCase(given: OpCase): Graph {
  const inputs = Object.fromEntries(
    Object.entries(given.inputs).map(([name, { shape, dtype = 'float32' }]) => [name, { shape, dtype, owner: 'run' as const }]),
  );
  return trace(inputs, (tensors) => run(given, tensors));
}

/** The case computed by the current backend, without the gradients that only central differences can judge. */
export function computeEagerly(given: OpCase, values: Readonly<Record<string, Float32Array>>): Record<string, Float32Array> {
  const isEager = given.gradient !== 'differences';
  const results = tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(given.inputs).map(([name, { shape, dtype = 'float32' }]) => [
        name,
        tf.tensor(values[name] as Float32Array, [...shape], 'float32').cast(dtype),
      ]),
    );
    return run(isEager ? given : { ...given, gradient: 'none' }, tensors);
  });
  const read = Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));
  tf.dispose(results);
  return read;
}

/** Central differences of the weighted sum of the graph's outputs, in float64, for every differentiated input. */
export function differences(given: OpCase, graph: Graph, values: Values, h: number): Record<string, Float64Array> {
  const inputs = Object.fromEntries(Object.entries(values).map(([name, list]) => [name, Float64Array.from(list)]));
  const weighted = (): number => {
    const outputs = interpret(graph, inputs);
    let sum = 0;
    for (let k = 0; outputs[`out${k}`] !== undefined; k++) {
      const output = outputs[`out${k}`] as Float64Array;
      const weights = weightsOf(k, output.length);
      sum += output.reduce((total, value, i) => total + value * (weights[i] as number), 0);
    }
    return sum;
  };
  const result: Record<string, Float64Array> = {};
  for (const [name, list] of Object.entries(inputs)) {
    if (!isDifferentiated(given.inputs[name] as CaseInput)) continue;
    result[`grad:${name}`] = list.map((value, i) => {
      list[i] = value + h;
      const ahead = weighted();
      list[i] = value - h;
      const behind = weighted();
      list[i] = value;
      return (ahead - behind) / (2 * h);
    });
  }
  return result;
}
