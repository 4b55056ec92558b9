import { getKernel, type KernelConfig, type KernelFunc, registerKernel, type TensorInfo, unregisterKernel } from './tf.ts';

/**
 * Short sums, means and maxima for TensorFlow.js's WebGPU backend: one thread per output, in the order of the elements.
 *
 * tfjs 4.22 gives every output a workgroup of its own with shared memory and barriers, for the ten classes of a softmax as for a million
 * values. The reductions of a training step are short and many (over classes, over a batch), and on a software adapter they took nine tenths
 * of its time. Long reductions, integers and axes that are not neighbours keep tfjs's own kernels.
 */

/** Longer reductions need more than one thread each. */
const LONGEST = 4096;
const WORKGROUP_SIZE = 64;
const MAX_WORKGROUPS = 65_535;

const REDUCTIONS = {
  Sum: { start: '0.0', step: 'value += x;', finish: 'value' },
  Mean: { start: '0.0', step: 'value += x;', finish: 'value / f32(uniforms.len)' },
  // Starts at the first element, so that no bound on the values is needed.
  Max: { start: 'f32(X[first])', step: 'value = max(value, x);', finish: 'value' },
} as const satisfies Record<string, { readonly start: string; readonly step: string; readonly finish: string }>;
type Reduction = keyof typeof REDUCTIONS;

interface WebGpuBackend {
  runWebGPUProgram(
    program: object,
    inputs: readonly TensorInfo[],
    dtype: 'float32',
    uniforms: readonly { readonly type: 'int32'; readonly data: readonly number[] }[],
  ): TensorInfo;
}

interface ReduceArgs {
  readonly inputs: { readonly x: TensorInfo };
  readonly attrs: {
    readonly axis?: number | readonly number[] | null;
    readonly reductionIndices?: number | readonly number[] | null;
    readonly keepDims: boolean;
  };
  readonly backend: WebGpuBackend;
}

const product = (extents: readonly number[]): number => extents.reduce((all, extent) => all * extent, 1);

/** The reduced axes, ascending. No axis means all of them. */
function reducedAxes({ inputs, attrs }: ReduceArgs): readonly number[] {
  const rank = inputs.x.shape.length;
  const given = attrs.axis ?? attrs.reductionIndices ?? null;
  if (given === null) return inputs.x.shape.map((_, axis) => axis);
  const axes = typeof given === 'number' ? [given] : given;
  return axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
}

const areNeighbours = (axes: readonly number[]): boolean => axes.every((axis, index) => axis === (axes[0] as number) + index);

function userCode(reduction: Reduction): string {
  const { start, step, finish } = REDUCTIONS[reduction];
  return `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let outer = index / uniforms.inner;
  let first = outer * uniforms.len * uniforms.inner + index - outer * uniforms.inner;
  var value = ${start};
  for (var k = 0; k < uniforms.len; k++) {
    // What tfjs calls float32 may still be stored as the integers it was cast from.
    let x = f32(X[first + k * uniforms.inner]);
    ${step}
  }
  result[index] = ${finish};
}`;
}

function shortReduction(reduction: Reduction, original: KernelFunc): KernelConfig {
  return {
    kernelName: reduction,
    backendName: 'webgpu',
    kernelFunc: (args) => {
      const given = args as unknown as ReduceArgs;
      const { inputs, attrs, backend } = given;
      const { shape, dtype } = inputs.x;
      const axes = reducedAxes(given);
      const first = axes[0];
      const length = product(axes.map((axis) => shape[axis] as number));
      if (first === undefined || dtype !== 'float32' || length < 1 || length > LONGEST || !areNeighbours(axes)) return original(args);
      const inner = product(shape.slice(first + axes.length));
      const size = product(shape.slice(0, first)) * inner;
      const groups = Math.ceil(size / WORKGROUP_SIZE);
      const width = Math.min(groups, MAX_WORKGROUPS);
      const program = {
        variableNames: ['X'],
        outputShape: [size],
        shaderKey: `shortReduce${reduction}`,
        uniforms: 'len : i32, inner : i32,',
        size: true,
        workgroupSize: [WORKGROUP_SIZE, 1, 1],
        dispatchLayout: { x: [0] },
        dispatch: [width, Math.ceil(groups / width), 1],
        getUserCode: () => userCode(reduction),
      };
      const out = backend.runWebGPUProgram(program, [inputs.x], 'float32', [
        { type: 'int32', data: [length] },
        { type: 'int32', data: [inner] },
      ]);
      const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
      return { ...out, shape: attrs.keepDims ? kept : shape.filter((_, axis) => !axes.includes(axis)) };
    },
  };
}

let isInstalled = false;

/** Puts the short reductions before the backend's own. */
export function installShortReductions(): void {
  if (isInstalled) return;
  isInstalled = true;
  for (const reduction of Object.keys(REDUCTIONS) as Reduction[]) {
    const original = getKernel(reduction, 'webgpu');
    unregisterKernel(reduction, 'webgpu');
    registerKernel(shortReduction(reduction, original.kernelFunc));
  }
}
