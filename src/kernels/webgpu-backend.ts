import * as tf from './tf.ts';

/** What is used of TensorFlow.js's WebGPU backend beyond its public types; the casts live in this file only. */
export interface WebGpuBackend {
  readonly device: GPUDevice;
  readonly tensorMap: { get(dataId: object): { readonly resource?: unknown } };
  readonly commandEncoder: GPUCommandEncoder | null;
  makeTensorInfo(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  uploadToGPU(dataId: object): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

const METHODS = ['makeTensorInfo', 'uploadToGPU', 'ensureCommandEncoderReady', 'endComputePassEncoder', 'submitQueue'] as const;

/** The backend as one whose buffers can be shared, or null where it lacks a part of what that takes. */
export function webGpuBackend(backend: object): WebGpuBackend | null {
  const candidate = backend as Partial<WebGpuBackend>;
  const isComplete =
    typeof candidate.device?.createComputePipeline === 'function' &&
    typeof candidate.tensorMap?.get === 'function' &&
    METHODS.every((name) => typeof candidate[name] === 'function');
  return isComplete ? (candidate as WebGpuBackend) : null;
}

/** The buffer of a tensor; its values are put on the GPU if they are not there, by commands of the open encoder. */
export function bufferOf(backend: WebGpuBackend, { dataId }: tf.Tensor): GPUBuffer {
  backend.uploadToGPU(dataId);
  const { resource } = backend.tensorMap.get(dataId);
  if (!(resource instanceof GPUBuffer)) throw new Error('A tensor of the training step is not in a buffer of the GPU.');
  return resource;
}

/** A tensor of the backend's own memory, of any values, to be written by commands of the open encoder. */
export function blankTensor(backend: WebGpuBackend, shape: readonly number[]): tf.Tensor {
  const info = backend.makeTensorInfo([...shape], 'float32');
  backend.uploadToGPU(info.dataId);
  return tf.engine().makeTensorFromTensorInfo(info, tf.backend());
}

/** The backend's own encoder, outside any compute pass: what is encoded runs after what the backend has encoded so far. */
export function openEncoder(backend: WebGpuBackend): GPUCommandEncoder {
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  return backend.commandEncoder as GPUCommandEncoder;
}
