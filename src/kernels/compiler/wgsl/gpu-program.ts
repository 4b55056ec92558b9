import type { Schedule } from '../schedule.ts';
import { type AdapterClass, choicesFor } from './adapter-class.ts';
import { type DispatchText, dispatchText } from './dispatch-text.ts';
import { planDispatches } from './dispatches.ts';
import { foldGathers, type GpuSchedule } from './fold-gathers.ts';
import { layOut, type MemoryLayout } from './memory-layout.ts';
import { pipelineOf } from './pipelines.ts';
import type { DataPlace, RegionId } from './ports.ts';
import { CONSTANTS, externalMemory, type Region, SCRATCH } from './regions.ts';

export interface GpuProgramOptions {
  /** Number of runs. */
  readonly runs: number;
  readonly adapter: AdapterClass;
  /**
   * GPU buffers of externals by name, (runs, size) or, where shared, (size), with usage STORAGE. Missing ones are created.
   * What they are may be known later: kernels are compiled meanwhile.
   */
  readonly externals?: Readonly<Record<string, GPUBuffer>> | Promise<Readonly<Record<string, GPUBuffer>>>;
  /** Called as pipelines finish compiling. */
  readonly onProgress?: (compiled: number, total: number) => void;
}

interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly x: number;
  readonly y: number;
}

/** A schedule on the GPU, for a fixed number of runs: compiled once, then replayed. */
export class GpuProgram {
  /** Bytes of the GPU buffers it created. */
  readonly bytes: number;
  /** Number of different pipelines. */
  readonly pipelines: number;
  readonly #runs: number;
  readonly #dispatches: readonly Dispatch[];
  readonly #buffers: ReadonlyMap<string, GPUBuffer>;
  readonly #owned: readonly GPUBuffer[];

  /**
   * Compiles the kernels and takes memory.
   * Throws where a buffer exceeds the device's limits or its memory, a given buffer is too small, or a shader does not compile.
   */
  static async create(device: GPUDevice, given: Schedule, options: GpuProgramOptions): Promise<GpuProgram> {
    const schedule = foldGathers(given);
    const { runs, adapter, onProgress } = options;
    const choices = choicesFor(adapter, device);
    const layout = layOut(schedule, runs);
    const plan = planDispatches(schedule, layout.regions, runs, choices, device.limits.maxStorageBuffersPerShaderStage);
    const sizes = plan.scratchSize === 0 ? layout.sizes : { ...layout.sizes, [SCRATCH]: plan.scratchSize };
    checkLimits(device, sizes, plan.regions, runs);
    const regionOf = (id: RegionId): Region => plan.regions[id] as Region;
    const texts = plan.dispatches.map((dispatched) => dispatchText(dispatched, regionOf));
    const distinct = new Map(texts.map((text) => [text.code, text.label]));
    let compiled = 0;
    const pipelines = new Map(
      await Promise.all(
        [...distinct].map(async ([code, label]) => {
          const pipeline = await pipelineOf(device, label, code);
          compiled += 1;
          onProgress?.(compiled, distinct.size);
          return [code, pipeline] as const;
        }),
      ),
    );
    const externals = (await options.externals) ?? {};
    checkGiven(externals, sizes, runs);
    device.pushErrorScope('validation');
    device.pushErrorScope('out-of-memory');
    const program = new GpuProgram(device, schedule, { ...layout, sizes, regions: plan.regions }, texts, pipelines, runs, externals);
    const [outOfMemory, invalid] = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
    if (outOfMemory || invalid) {
      program.dispose();
      throw new Error(
        outOfMemory
          ? `The GPU has no room for ${program.bytes} bytes of activations: use fewer runs, a smaller batch or a smaller network.`
          : `The compiled step could not be set up: ${invalid?.message}`,
      );
    }
    return program;
  }

  private constructor(
    device: GPUDevice,
    schedule: GpuSchedule,
    layout: MemoryLayout,
    texts: readonly DispatchText[],
    pipelines: ReadonlyMap<string, GPUComputePipeline>,
    runs: number,
    externals: Readonly<Record<string, GPUBuffer>>,
  ) {
    this.#runs = runs;
    const owned: GPUBuffer[] = [];
    const buffers = new Map<string, GPUBuffer>();
    const givenMemories = new Map(Object.entries(externals).map(([name, buffer]) => [externalMemory(name), buffer]));
    for (const [memory, elements] of Object.entries(layout.sizes)) {
      const given = givenMemories.get(memory);
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      const buffer = given ?? device.createBuffer({ label: memory, size: elements * 4, usage });
      if (given === undefined) owned.push(buffer);
      buffers.set(memory, buffer);
    }
    this.#buffers = buffers;
    this.#owned = owned;
    this.pipelines = pipelines.size;
    schedule.buffers.forEach(({ storage, dtype }, id) => {
      if (storage.kind !== 'constant') return;
      const values = dtype === 'int32' ? Int32Array.from(storage.values) : Float32Array.from(storage.values);
      device.queue.writeBuffer(buffers.get(CONSTANTS) as GPUBuffer, (layout.regions[id] as Region).offset * 4, values);
    });
    this.#dispatches = texts.map(({ label, code, bindings, places, x, y }) => {
      const pipeline = pipelines.get(code) as GPUComputePipeline;
      const entries = bindings.map(({ regions, isWhole, first }, binding): GPUBindGroupEntry => {
        const { memory, offset, size } = layout.regions[regions[0] as RegionId] as Region;
        const buffer = buffers.get(memory) as GPUBuffer;
        return { binding, resource: isWhole ? { buffer } : { buffer, offset: (offset + first) * 4, size: (size - first) * 4 } };
      });
      if (places.length > 0) {
        const buffer = placesBuffer(device, places, layout.regions);
        owned.push(buffer);
        entries.push({ binding: bindings.length, resource: { buffer } });
      }
      return { pipeline, bindGroup: device.createBindGroup({ label, layout: pipeline.getBindGroupLayout(0), entries }), x, y };
    });
    this.bytes = owned.reduce((sum, { size }) => sum + size, 0);
  }

  /** Dispatches per step. */
  get dispatches(): number {
    return this.#dispatches.length;
  }

  /** The GPU buffer of an external: (runs, size) or, where shared, (size). */
  buffer(name: string): GPUBuffer {
    const buffer = this.#buffers.get(externalMemory(name));
    if (buffer === undefined) throw new Error(`The program has no external "${name}".`);
    return buffer;
  }

  /** Appends one run of the whole schedule. */
  encode(pass: GPUComputePassEncoder): void {
    let current: GPUComputePipeline | null = null;
    for (const { pipeline, bindGroup, x, y } of this.#dispatches) {
      if (pipeline !== current) pass.setPipeline(pipeline);
      current = pipeline;
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(x, y, this.#runs);
    }
  }

  /** Frees the buffers it created. */
  dispose(): void {
    for (const buffer of this.#owned) buffer.destroy();
  }
}

function checkGiven(externals: Readonly<Record<string, GPUBuffer>>, sizes: Readonly<Record<string, number>>, runs: number): void {
  for (const [name, { size }] of Object.entries(externals)) {
    const needed = (sizes[externalMemory(name)] ?? 0) * 4;
    if (size < needed) throw new Error(`The buffer given for "${name}" has ${size} bytes; ${needed} are needed for ${runs} runs.`);
  }
}

function placesBuffer(device: GPUDevice, places: readonly DataPlace[], regions: readonly Region[]): GPUBuffer {
  const values = new Int32Array(places.length * 4);
  places.forEach(({ region, isWhole, rest }, index) => {
    const { offset, runStride } = regions[region] as Region;
    values.set([isWhole ? offset : rest, runStride], 4 * index);
  });
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ label: 'places', size: values.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, values);
  return buffer;
}

function checkLimits({ limits }: GPUDevice, sizes: Readonly<Record<string, number>>, regions: readonly Region[], runs: number): void {
  const check = (what: string, elements: number, limit: number): void => {
    if (elements * 4 <= limit) return;
    throw new Error(
      `${what} of ${runs} runs takes ${elements * 4} bytes, more than the ${limit} this device allows: use fewer runs, a smaller batch or a smaller network.`,
    );
  };
  for (const [memory, elements] of Object.entries(sizes)) check(`The memory "${memory}"`, elements, limits.maxBufferSize);
  for (const { memory, size } of regions) check(`A buffer in "${memory}"`, size, limits.maxStorageBufferBindingSize);
}
