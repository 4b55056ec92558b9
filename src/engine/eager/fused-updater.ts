import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { FusedRunner, type FusedRunnerOptions } from '../../kernels/fused/fused-runner.ts';
import type { RunnerSpec } from '../../kernels/optimizer-runner.ts';
import * as tf from '../../kernels/tf.ts';
import { bufferOf, openEncoder, type WebGpuBackend, webGpuBackend } from '../../kernels/webgpu-backend.ts';
import type { ParameterUpdater } from './parameter-updater.ts';

/** Fused WGSL steps on the backend's own device, encoded behind the commands that computed the gradient. */
class FusedUpdater implements ParameterUpdater<tf.Tensor> {
  readonly #backend: WebGpuBackend;
  readonly #runner: FusedRunner;
  readonly #shape: [number, number];
  #params: tf.Tensor;

  constructor(backend: WebGpuBackend, runner: FusedRunner, shape: [number, number]) {
    this.#backend = backend;
    this.#runner = runner;
    this.#shape = shape;
    this.#params = tf.keep(this.#wrap(runner.params));
  }

  get params(): tf.Tensor {
    return this.#params;
  }

  get hasEvalPoint(): boolean {
    return this.#runner.evalParams !== this.#runner.params;
  }

  evalParams(): tf.Tensor {
    this.#encode((encoder) => this.#runner.encodeEvalPoints(encoder));
    return this.#wrap(this.#runner.evalParams);
  }

  update(grads: tf.Tensor, objective: tf.Tensor, loss: tf.Tensor): void {
    const backend = this.#backend;
    const buffers = {
      grads: bufferOf(backend, grads),
      objective: bufferOf(backend, objective),
      loss: bufferOf(backend, loss),
    };
    this.#encode((encoder) => this.#runner.encode(encoder, buffers));
    // A tensor may cache its values on the host; the buffer has new ones now, so it gets a new tensor.
    this.#params.dispose();
    this.#params = tf.keep(this.#wrap(this.#runner.params));
  }

  readSamples(): ReturnType<FusedRunner['readSamples']> {
    return this.#runner.readSamples();
  }

  status(): ReturnType<FusedRunner['status']> {
    return this.#runner.status();
  }

  dispose(): void {
    this.#params.dispose();
    this.#runner.dispose();
  }

  /** Behind what the backend has encoded so far. */
  #encode(encode: (encoder: GPUCommandEncoder) => void): void {
    encode(openEncoder(this.#backend));
    this.#backend.submitQueue();
  }

  #wrap(buffer: GPUBuffer): tf.Tensor {
    return tf.tensor({ buffer, zeroCopy: true }, this.#shape, 'float32');
  }
}

/** Fused steps on the device of TensorFlow.js's current WebGPU backend. */
export async function createFusedUpdater(
  backend: WebGPUBackend,
  spec: RunnerSpec,
  options: FusedRunnerOptions,
): Promise<ParameterUpdater<tf.Tensor>> {
  const shared = webGpuBackend(backend);
  if (!shared) throw new Error('This version of the WebGPU backend does not give access to its buffers.');
  const runner = await FusedRunner.create(backend.device, spec, options);
  return new FusedUpdater(shared, runner, [spec.rows.length, spec.layout.n]);
}
