import { getKernel, type KernelConfig, type KernelFunc, registerKernel, type TensorInfo, unregisterKernel } from './tf.ts';

/**
 * Joining columns on TensorFlow.js's WebGPU backend, four elements per thread: what joins the gradients of a network's tensors to one row
 * per run, the gradient of `split`. Rows are padded to whole vectors there, which tfjs's own element-by-element program cannot use.
 * Anything else (other axes, widths that are not multiples of 4, integers) keeps tfjs's kernel.
 */

const WORKGROUP_SIZE = 64;
const MAX_WORKGROUPS = 65_535;
/** Inputs of one program: every device grants 8 storage buffers per stage, one is the output. */
const MOST_INPUTS = 7;

interface WebGpuBackend {
  runWebGPUProgram(
    program: object,
    inputs: readonly TensorInfo[],
    dtype: 'float32',
    uniforms: readonly { readonly type: 'int32'; readonly data: readonly number[] }[],
  ): TensorInfo;
  disposeData(dataId: object): boolean;
}

interface ConcatArgs {
  readonly inputs: readonly TensorInfo[];
  readonly attrs: { readonly axis: number };
  readonly backend: WebGpuBackend;
}

const widthOf = ({ shape }: TensorInfo): number => shape[1] as number;

/** `end0`, `end1` ...: where each input's columns end, in vectors. */
function userCode(count: number): string {
  const branches = [...Array(count).keys()].map((i) => {
    const start = i === 0 ? '0' : `uniforms.end${i - 1}`;
    const copy = `{ result[index] = T${i}[row * (uniforms.end${i} - ${start}) + column - ${start}]; }`;
    return i === count - 1 ? copy : `if (column < uniforms.end${i}) ${copy}`;
  });
  return `
fn main(index : i32) {
  if (index >= uniforms.vectors) { return; }
  let row = index / uniforms.end${count - 1};
  let column = index - row * uniforms.end${count - 1};
  ${branches.join(' else ')}
}`;
}

function join(backend: WebGpuBackend, inputs: readonly TensorInfo[]): TensorInfo {
  const rows = inputs[0]?.shape[0] ?? 0;
  const ends = inputs.map((_, index) => inputs.slice(0, index + 1).reduce((sum, input) => sum + widthOf(input), 0) / 4);
  const vectors = rows * (ends.at(-1) ?? 0);
  const groups = Math.ceil(vectors / WORKGROUP_SIZE);
  const width = Math.min(groups, MAX_WORKGROUPS);
  const program = {
    variableNames: inputs.map((_, index) => `T${index}`),
    outputShape: [rows, 4 * (ends.at(-1) ?? 0)],
    outputComponent: 4,
    shaderKey: `joinColumns${inputs.length}`,
    uniforms: `vectors : i32, ${ends.map((_, index) => `end${index} : i32,`).join(' ')}`,
    workgroupSize: [WORKGROUP_SIZE, 1, 1],
    dispatchLayout: { x: [0, 1] },
    dispatch: [width, Math.ceil(groups / width), 1],
    getUserCode: () => userCode(inputs.length),
  };
  return backend.runWebGPUProgram(
    program,
    inputs,
    'float32',
    [vectors, ...ends].map((value) => ({ type: 'int32' as const, data: [value] })),
  );
}

function joinColumns(original: KernelFunc): KernelConfig {
  return {
    kernelName: 'Concat',
    backendName: 'webgpu',
    kernelFunc: (args) => {
      const { inputs, attrs, backend } = args as unknown as ConcatArgs;
      const isOurs =
        inputs.length > 1 &&
        (attrs.axis === 1 || attrs.axis === -1) &&
        inputs.every(
          ({ shape, dtype }) => dtype === 'float32' && shape.length === 2 && (shape[1] as number) > 0 && (shape[1] as number) % 4 === 0,
        );
      if (!isOurs) return original(args);
      let parts = inputs;
      const made: TensorInfo[] = [];
      while (parts.length > MOST_INPUTS) {
        const joined = join(backend, parts.slice(0, MOST_INPUTS));
        made.push(joined);
        parts = [joined, ...parts.slice(MOST_INPUTS)];
      }
      const out = join(backend, parts);
      for (const { dataId } of made) backend.disposeData(dataId);
      return out;
    },
  };
}

let isInstalled = false;

/** Puts the joining of columns before the backend's own concat. */
export function installConcat(): void {
  if (isInstalled) return;
  isInstalled = true;
  const original = getKernel('Concat', 'webgpu');
  unregisterKernel('Concat', 'webgpu');
  registerKernel(joinColumns(original.kernelFunc));
}
