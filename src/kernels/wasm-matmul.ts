import { type MatMulAttrs, type MatMulInputs, matMulShape } from './matmul-shape.ts';
import { getKernel, type KernelConfig, registerKernel, type TensorInfo, unregisterKernel } from './tf.ts';

/**
 * Batched matrix product for TensorFlow.js's WASM backend, in place of its own.
 *
 * Why: tfjs 4.22 uses its fast product (XNNPACK) for a batch of 1 without transposes only, and a plain loop, 5 to 10 times slower, for
 * everything a race of several runs needs. Here every matrix of the batch is handed to the fast product by itself, through tensors that
 * point into the batch's memory; transposed operands are written out first. A run's bits thereby do not depend on its company either.
 */

interface WasmBackend {
  readonly wasm: {
    cwrap(name: string, returns: null, parameters: readonly ('number' | 'array')[]): BatchMatMul;
    readonly tfjs: {
      registerTensor(id: number, size: number, memoryOffset: number): void;
      disposeData(id: number): void;
    };
  };
  readonly dataIdMap: { get(dataId: object): { readonly id: number; readonly memoryOffset: number } };
  dataIdNextNumber: number;
  makeOutput(shape: readonly number[], dtype: 'float32'): TensorInfo;
  disposeData(dataId: object): boolean;
}

type BatchMatMul = (
  a: number,
  shapeA: Uint8Array,
  rankA: number,
  b: number,
  shapeB: Uint8Array,
  rankB: number,
  transposeA: number,
  transposeB: number,
  out: number,
) => void;

interface KernelArgs {
  readonly inputs: MatMulInputs;
  readonly attrs: MatMulAttrs;
  readonly backend: WasmBackend;
}

const BYTES = 4;
const RANK = 3;
const shapeBytes = (...shape: readonly number[]): Uint8Array => new Uint8Array(new Int32Array(shape).buffer);

/** `x` with its last two axes as they are multiplied: itself, or a transposed copy that the caller disposes of. */
function oriented(x: TensorInfo, isTransposed: boolean, backend: WasmBackend): TensorInfo {
  if (!isTransposed) return x;
  const last = x.shape.length - 1;
  const perm = [...x.shape.keys()].map((axis) => (axis === last ? last - 1 : axis === last - 1 ? last : axis));
  return getKernel('Transpose', 'wasm').kernelFunc({ inputs: { x }, backend, attrs: { perm } }) as TensorInfo;
}

let multiply: BatchMatMul | null = null;

const kernel: KernelConfig = {
  kernelName: 'BatchMatMul',
  backendName: 'wasm',
  setupFunc: (backend) => {
    multiply = (backend as unknown as WasmBackend).wasm.cwrap('BatchMatMul', null, [
      ...(['number', 'array', 'number', 'number', 'array', 'number'] as const),
      ...(['number', 'number', 'number'] as const),
    ]);
  },
  kernelFunc: (args) => {
    if (multiply === null) throw new Error('The WASM matrix product was installed after the backend had started: install it first.');
    const { inputs, attrs, backend } = args as unknown as KernelArgs;
    const { batchA, batchB, batch, M, N, K, outShape } = matMulShape(inputs, attrs);
    const a = oriented(inputs.a, attrs.transposeA, backend);
    const b = oriented(inputs.b, attrs.transposeB, backend);
    const out = backend.makeOutput(outShape, 'float32');
    const { registerTensor, disposeData } = backend.wasm.tfjs;
    const memory = (tensor: TensorInfo): number => backend.dataIdMap.get(tensor.dataId).memoryOffset;
    const [memoryA, memoryB, memoryOut] = [memory(a), memory(b), memory(out)];
    const [shapeA, shapeB] = [shapeBytes(1, M, K), shapeBytes(1, K, N)];
    const [idA, idB, idOut] = [backend.dataIdNextNumber++, backend.dataIdNextNumber++, backend.dataIdNextNumber++];
    for (let i = 0; i < batch; i++) {
      registerTensor(idA, M * K, memoryA + BYTES * M * K * (i % batchA));
      registerTensor(idB, K * N, memoryB + BYTES * K * N * (i % batchB));
      registerTensor(idOut, M * N, memoryOut + BYTES * M * N * i);
      multiply(idA, shapeA, RANK, idB, shapeB, RANK, 0, 0, idOut);
      // Forgets what XNNPACK packed for this id; the memory belongs to the batch and stays.
      for (const id of [idA, idB, idOut]) disposeData(id);
    }
    if (a !== inputs.a) backend.disposeData(a.dataId);
    if (b !== inputs.b) backend.disposeData(b.dataId);
    return out;
  },
};

/** Puts this product in the place of the backend's own; call it before the backend starts. */
export function installWasmMatMul(): void {
  unregisterKernel('BatchMatMul', 'wasm');
  registerKernel(kernel);
}
