import * as tf from '@tensorflow/tfjs';
import { fillUniform } from '../../kernels/counter-random.ts';

const INPUTS = 3;
const OUTPUTS = 2;

/** One layer, two variables, with weights that are the same every time, for `smallData`. The caller disposes it. */
export function smallModel(): tf.LayersModel {
  const kernelInitializer = tf.initializers.randomUniform({ minval: -0.7, maxval: 0.7, seed: 11 });
  return tf.sequential({ layers: [tf.layers.dense({ units: OUTPUTS, inputShape: [INPUTS], kernelInitializer })] });
}

/** Rows of noise and targets that the model cannot fit exactly, so that no gradient is ever zero. */
export function smallData(rows: number): { readonly x: tf.Tensor2D; readonly y: tf.Tensor2D; dispose(): void } {
  const noise = (layer: number, width: number) => {
    const values = new Float32Array(rows * width);
    fillUniform(5, 0, layer, values);
    return tf.tensor2d(values, [rows, width]);
  };
  const tensors = { x: noise(0, INPUTS), y: noise(1, OUTPUTS) };
  return { ...tensors, dispose: () => tf.dispose([tensors.x, tensors.y]) };
}

/** The values of all trainable variables of a model, one after another. */
export async function parametersOf(model: tf.LayersModel): Promise<Float32Array> {
  const values = await Promise.all(model.trainableWeights.map((weight) => weight.read().data()));
  return Float32Array.from(values.flatMap((part) => Array.from(part)));
}
