import { type MatMulAttrs, type MatMulInputs, matMulShape } from './matmul-shape.ts';
import { type KernelConfig, registerKernel, type TensorInfo, unregisterKernel } from './tf.ts';

/**
 * Batched matrix product for TensorFlow.js's WebGPU backend, in place of its own.
 *
 * Why: tfjs 4.22 tiles the inner dimension without masking the second operand (`mm_readB` in matmul_packed_webgpu.ts), so that a tile reads
 * on into the next batch and multiplies it by zero. A NaN of one run thereby reaches the run before it. It also picks programs by shape,
 * some of which add partial sums in no fixed order; here every output adds its products in the order of k, whatever the number of runs.
 *
 * Each thread computes a square tile of outputs in registers, without shared memory or barriers. Larger tiles load less per product, smaller
 * ones make more threads: 4 x 4 keeps a GPU busy with the small matrices of a race, 8 x 8 is for adapters that compute on the CPU, where loads
 * are what costs. Neither changes the order of a sum.
 */

export type TileSize = 4 | 8;
const WORKGROUP_SIZE = 64;
const MAX_WORKGROUPS = 65_535;

interface WebGpuBackend {
  runWebGPUProgram(
    program: object,
    inputs: readonly TensorInfo[],
    dtype: string,
    uniforms: readonly { readonly type: 'int32'; readonly data: readonly number[] }[],
  ): TensorInfo;
}

interface MatMulArgs {
  readonly inputs: MatMulInputs;
  readonly attrs: MatMulAttrs;
  readonly backend: WebGpuBackend;
}

/** Indices past the edge are clamped: such a thread computes outputs of another one again and does not store them. */
function userCode(transposeA: boolean, transposeB: boolean, tile: TileSize): string {
  const lanes = [...Array(tile).keys()];
  const quads = [...Array(tile / 4).keys()];
  // Start of row m of A and of column n of B, and the step from k to k + 1.
  const startA = (m: string): string => (transposeA ? m : `(${m}) * uniforms.K`);
  const startB = (n: string): string => (transposeB ? `(${n}) * uniforms.K` : n);
  const stepA = transposeA ? 'uniforms.M' : '1';
  const stepB = transposeB ? '1' : 'uniforms.N';
  const rowOfB = (quad: number): string => [0, 1, 2, 3].map((j) => `f32(B[b${4 * quad + j}])`).join(', ');
  const store = (i: number, j: number): string => `if (n + ${j} < uniforms.N) { result[out + ${j}] = sum${i}_${j >> 2}[${j & 3}]; }`;
  return `
fn main(index : i32) {
  if (index >= uniforms.threads) { return; }
  let tilesN = (uniforms.N + ${tile - 1}) / ${tile};
  let tilesM = (uniforms.M + ${tile - 1}) / ${tile};
  let tileRow = index / tilesN;
  let n = (index - tileRow * tilesN) * ${tile};
  let batch = tileRow / tilesM;
  let m = (tileRow - batch * tilesM) * ${tile};
  let baseA = (batch % uniforms.batchA) * uniforms.M * uniforms.K;
  let baseB = (batch % uniforms.batchB) * uniforms.K * uniforms.N;
  ${lanes.map((i) => `var a${i} = baseA + ${startA(`min(m + ${i}, uniforms.M - 1)`)};`).join('\n  ')}
  ${lanes.map((j) => `var b${j} = baseB + ${startB(`min(n + ${j}, uniforms.N - 1)`)};`).join('\n  ')}
  ${lanes.flatMap((i) => quads.map((quad) => `var sum${i}_${quad} = vec4f(0.0);`)).join('\n  ')}
  for (var k = 0; k < uniforms.K; k++) {
    ${quads.map((quad) => `let row${quad} = vec4f(${rowOfB(quad)});`).join('\n    ')}
    ${lanes.map((i) => `let x${i} = f32(A[a${i}]);`).join('\n    ')}
    ${lanes.flatMap((i) => quads.map((quad) => `sum${i}_${quad} += x${i} * row${quad};`)).join('\n    ')}
    ${lanes.map((i) => `a${i} += ${stepA};`).join(' ')}
    ${lanes.map((j) => `b${j} += ${stepB};`).join(' ')}
  }
  var out = (batch * uniforms.M + m) * uniforms.N + n;
  ${lanes.map((i) => `if (m + ${i} < uniforms.M) { ${lanes.map((j) => store(i, j)).join(' ')} }\n  out += uniforms.N;`).join('\n  ')}
}`;
}

const kernel = (tile: TileSize): KernelConfig => ({
  kernelName: 'BatchMatMul',
  backendName: 'webgpu',
  kernelFunc: (args) => {
    const { inputs, attrs, backend } = args as unknown as MatMulArgs;
    const { transposeA, transposeB } = attrs;
    const { batchA, batchB, batch, M, N, K, outShape } = matMulShape(inputs, attrs);
    const threads = batch * Math.ceil(M / tile) * Math.ceil(N / tile);
    const groups = Math.ceil(threads / WORKGROUP_SIZE);
    const width = Math.min(groups, MAX_WORKGROUPS);
    const program = {
      variableNames: ['A', 'B'],
      outputShape: [batch, M, N],
      shaderKey: `tiledMatMul${tile}_${transposeA}_${transposeB}`,
      uniforms: 'batchA : i32, batchB : i32, M : i32, N : i32, K : i32, threads : i32,',
      workgroupSize: [WORKGROUP_SIZE, 1, 1],
      dispatchLayout: { x: [0, 1, 2] },
      dispatch: [width, Math.ceil(groups / width), 1],
      getUserCode: () => userCode(transposeA, transposeB, tile),
    };
    const uniforms = [batchA, batchB, M, N, K, threads].map((value) => ({ type: 'int32' as const, data: [value] }));
    const out = backend.runWebGPUProgram(program, [inputs.a, inputs.b], inputs.a.dtype, uniforms);
    return { ...out, shape: outShape };
  },
});

/** Puts this product in the place of the backend's own. */
export function installMatMul(tile: TileSize): void {
  unregisterKernel('BatchMatMul', 'webgpu');
  registerKernel(kernel(tile));
}
