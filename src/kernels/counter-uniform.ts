import { fillUniform } from './counter-random.ts';
import { engine, type KernelConfig, registerKernel, scalar, type Tensor, type TensorInfo } from './tf.ts';

/** Name of the kernel in TensorFlow.js's registry: the only source of random numbers inside a training step. */
export const COUNTER_UNIFORM = 'CounterUniform';

export interface CounterUniformAttrs {
  /** Which of the step's noises this is; int32. */
  readonly layer: number;
  /** Shape of one run's numbers; the output is (R, ...shape). */
  readonly shape: readonly number[];
}

interface KernelArgs<Backend> {
  readonly inputs: { readonly seeds: TensorInfo; readonly step: TensorInfo };
  readonly attrs: CounterUniformAttrs;
  readonly backend: Backend;
}

/** What the kernels use of TensorFlow.js's backends; their classes are not part of its public types. */
interface CpuBackend {
  readSync(dataId: object): ArrayLike<number>;
  makeTensorInfo(shape: readonly number[], dtype: 'float32', values: Float32Array): TensorInfo;
}
interface WasmBackend {
  readSync(dataId: object): ArrayLike<number>;
  makeOutput(shape: readonly number[], dtype: 'float32'): TensorInfo;
  typedArrayFromHeap(info: TensorInfo): Float32Array;
}
interface WebGpuBackend {
  runWebGPUProgram(
    program: object,
    inputs: readonly TensorInfo[],
    dtype: 'float32',
    uniforms: readonly { readonly type: 'int32'; readonly data: readonly number[] }[],
  ): TensorInfo;
}

const rowSize = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

function fillRows(seeds: ArrayLike<number>, step: number, { layer, shape }: CounterUniformAttrs, out: Float32Array): void {
  const size = rowSize(shape);
  const rowOfSeed = new Map<number, Float32Array>();
  for (let row = 0; row < seeds.length; row++) {
    const seed = seeds[row] as number;
    const target = out.subarray(row * size, (row + 1) * size);
    const same = rowOfSeed.get(seed);
    if (same) target.set(same);
    else {
      fillUniform(seed, step, layer, target);
      rowOfSeed.set(seed, target);
    }
  }
}

const cpuKernel: KernelConfig = {
  kernelName: COUNTER_UNIFORM,
  backendName: 'cpu',
  kernelFunc: (args) => {
    const { inputs, attrs, backend } = args as unknown as KernelArgs<CpuBackend>;
    const shape = [...inputs.seeds.shape, ...attrs.shape];
    const out = new Float32Array(rowSize(shape));
    fillRows(backend.readSync(inputs.seeds.dataId), backend.readSync(inputs.step.dataId)[0] as number, attrs, out);
    return backend.makeTensorInfo(shape, 'float32', out);
  },
};

const wasmKernel: KernelConfig = {
  kernelName: COUNTER_UNIFORM,
  backendName: 'wasm',
  kernelFunc: (args) => {
    const { inputs, attrs, backend } = args as unknown as KernelArgs<WasmBackend>;
    const seeds = backend.readSync(inputs.seeds.dataId);
    const step = backend.readSync(inputs.step.dataId)[0] as number;
    const out = backend.makeOutput([...inputs.seeds.shape, ...attrs.shape], 'float32');
    // The view is taken last: an allocation may move the heap.
    fillRows(seeds, step, attrs, backend.typedArrayFromHeap(out));
    return out;
  },
};

const WORKGROUP_SIZE = 64;

/** The hash of `counter-random.ts`, operation by operation. WGSL's u32 arithmetic is modulo 2^32. */
const USER_CODE = `
fn pcg4d(counters: vec4u) -> u32 {
  var v = counters * 1664525u + 1013904223u;
  v.x += v.y * v.w; v.y += v.z * v.x; v.z += v.x * v.y; v.w += v.y * v.z;
  v ^= v >> vec4u(16u);
  v.x += v.y * v.w;
  return v.x;
}
fn main(index : i32) {
  if (index < uniforms.size) {
    let row = index / uniforms.rowSize;
    let element = index - row * uniforms.rowSize;
    let word = pcg4d(vec4u(bitcast<u32>(seeds[row]), bitcast<u32>(step[0]), bitcast<u32>(uniforms.layer), u32(element)));
    setOutputAtIndex(index, f32(word >> 8u) * 0x1p-24f);
  }
}`;

const webGpuKernel: KernelConfig = {
  kernelName: COUNTER_UNIFORM,
  backendName: 'webgpu',
  kernelFunc: (args) => {
    const { inputs, attrs, backend } = args as unknown as KernelArgs<WebGpuBackend>;
    const outputShape = [...inputs.seeds.shape, ...attrs.shape];
    const program = {
      variableNames: ['seeds', 'step'],
      outputShape,
      shaderKey: 'counterUniform',
      uniforms: 'rowSize : i32, layer : i32,',
      workgroupSize: [WORKGROUP_SIZE, 1, 1],
      size: true,
      dispatchLayout: { x: outputShape.map((_, axis) => axis) },
      dispatch: [Math.ceil(rowSize(outputShape) / WORKGROUP_SIZE), 1, 1],
      getUserCode: () => USER_CODE,
    };
    return backend.runWebGPUProgram(program, [inputs.seeds, inputs.step], 'float32', [
      { type: 'int32', data: [rowSize(attrs.shape)] },
      { type: 'int32', data: [attrs.layer | 0] },
    ]);
  },
};

for (const kernel of [cpuKernel, wasmKernel, webGpuKernel]) registerKernel(kernel);

/**
 * Uniform numbers in [0, 1) for every run: element `index` of row r depends on (seeds[r], step, layer, index) only, so runs with the
 * same seed share their noise. Same bits on the cpu, wasm and webgpu backends. Not differentiable, and no gradient flows to its inputs.
 *
 * @param seeds (R) int32
 * @param step the race step: a number, or an int32 tensor of one element where it lives on the device
 * @returns (R, ...shape) float32
 */
export function counterUniform(seeds: Tensor, step: number | Tensor, layer: number, shape: readonly number[]): Tensor {
  if (seeds.dtype !== 'int32' || seeds.rank !== 1)
    throw new Error(`counterUniform: seeds must be int32 of shape (R), got ${seeds.dtype} of shape (${seeds.shape})`);
  const stepTensor = typeof step === 'number' ? scalar(step, 'int32') : step;
  const attrs = { layer, shape: [...shape] };
  const values: Tensor = engine().runKernel(COUNTER_UNIFORM, { seeds, step: stepTensor }, attrs);
  if (stepTensor !== step) stepTensor.dispose();
  return values;
}
