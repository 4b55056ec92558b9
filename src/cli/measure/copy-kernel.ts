/** Vec4 that one thread moves: the plain kernel that everybody writes, and one whose launch cost is spread like the optimizers'. */
export const COPY_SHAPES = [1, 16] as const;
const WORKGROUP = 64;
/** The binding size that every device grants; longer copies are made in several. */
const MOST_BYTES = 128 * 2 ** 20;
const MOST_WORKGROUPS = 65_535;

/** A copy of one buffer into another in vec4: what the memory of an adapter is able to do. */
export interface CopyKernel {
  readonly vectors: (typeof COPY_SHAPES)[number];
  /** Bytes that one dispatch moves, read and written. */
  readonly bytes: number;
  encode(pass: GPUComputePassEncoder): void;
}

export interface CopyKernels {
  readonly source: GPUBuffer;
  readonly target: GPUBuffer;
  readonly kernels: readonly CopyKernel[];
  dispose(): void;
}

function source(vectors: number): string {
  const move = (at: string) => `if (${at} < arrayLength(&source)) { copy[${at}] = source[${at}]; }`;
  const body =
    vectors === 1 ? move('first') : `for (var at = first; at < first + ${WORKGROUP * vectors}u; at += ${WORKGROUP}u) { ${move('at')} }`;
  return `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> copy: array<vec4f>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(num_workgroups) workgroups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = (workgroup.y * workgroups.x + workgroup.x) * ${WORKGROUP * vectors}u + lane;
  ${body}
}`;
}

/** Copies that move `bytes` in one dispatch, or as much as a device is sure to bind. */
export function createCopies(device: GPUDevice, bytes: number): CopyKernels {
  const vectors = Math.ceil(Math.min(bytes / 2, MOST_BYTES) / 16);
  const create = (label: string) =>
    device.createBuffer({ label, size: vectors * 16, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
  const buffers = [create('source of the copy'), create('copy')] as const;
  const kernels = COPY_SHAPES.map((perThread): CopyKernel => {
    const module = device.createShaderModule({ label: 'copy', code: source(perThread) });
    const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    const workgroups = Math.ceil(vectors / (WORKGROUP * perThread));
    const rows = Math.ceil(workgroups / MOST_WORKGROUPS);
    return {
      vectors: perThread,
      bytes: vectors * 32,
      encode(pass) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindGroup);
        pass.dispatchWorkgroups(Math.ceil(workgroups / rows), rows);
      },
    };
  });
  return {
    source: buffers[0],
    target: buffers[1],
    kernels,
    dispose() {
      for (const buffer of buffers) buffer.destroy();
    },
  };
}
