import { engine, type KernelConfig, type NamedTensorMap, registerKernel, type Tensor, type TensorInfo } from '../tf.ts';
import { customKernel } from './custom-kernels.ts';
import { sizeOf } from './index-map.ts';

/** Name, in TensorFlow.js's registry, of the kernel that runs any custom kernel. */
export const CUSTOM_OP = 'FreestepCustom';

export interface CustomOpAttrs {
  /** Name of a kernel of `custom-kernels.ts`. */
  readonly kernel: string;
  readonly shape: readonly number[];
  readonly attrs: Readonly<Record<string, number>>;
}

/** What the kernel uses of TensorFlow.js's CPU backend, whose class is not part of its public types. */
interface CpuBackend {
  readSync(dataId: object): ArrayLike<number>;
  makeTensorInfo(shape: readonly number[], dtype: 'float32', values: Float32Array): TensorInfo;
}

interface KernelArgs {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: CustomOpAttrs;
  readonly backend: CpuBackend;
}

/** The oracle on the CPU backend: computed in float64, rounded once. */
registerKernel({
  kernelName: CUSTOM_OP,
  backendName: 'cpu',
  kernelFunc: (args) => {
    const { inputs, attrs, backend } = args as unknown as KernelArgs;
    const operands = Object.values(inputs).map(({ dataId }) => Float64Array.from(backend.readSync(dataId)));
    const values = customKernel(attrs.kernel).interpret(operands, attrs.attrs, sizeOf(attrs.shape));
    return backend.makeTensorInfo(attrs.shape, 'float32', Float32Array.from(values));
  },
} satisfies KernelConfig);

/**
 * Runs a hand-written kernel as an operation of a workload: compiled where the step is, in float64 on TensorFlow.js's CPU backend. It has no
 * gradient; give it one with `tf.customGrad` around it, whose backward function may run another kernel.
 *
 * @param kernel name of a kernel of `custom-kernels.ts`, registered before
 * @param inputs operands in the kernel's order; one run's, or all runs' if the kernel says so
 * @param shape shape of the result, float32
 */
export function customOp(
  kernel: string,
  inputs: readonly Tensor[],
  shape: readonly number[],
  attrs: Readonly<Record<string, number>> = {},
): Tensor {
  customKernel(kernel);
  // Padded numbers, so that the names' order is the operands' order everywhere.
  const named: NamedTensorMap = Object.fromEntries(inputs.map((input, index) => [`input${String(index).padStart(3, '0')}`, input]));
  return engine().runKernel(CUSTOM_OP, named, { kernel, shape: [...shape], attrs: { ...attrs } });
}
