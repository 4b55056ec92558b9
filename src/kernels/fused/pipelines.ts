import type { RowBlock } from '../optimizer-runner.ts';
import { compileModule, startModule } from './compile.ts';
import { blockSource, raceSource } from './program-source.ts';

/** A block's kernels; null where its program has none of a kind. */
export interface BlockStages {
  readonly gather: GPUComputePipeline | null;
  readonly decide: GPUComputePipeline | null;
  readonly apply: GPUComputePipeline;
  readonly evalPoint: GPUComputePipeline | null;
}

export interface BlockPipelines extends BlockStages {
  readonly warnings: readonly string[];
}

export interface RacePipelines {
  readonly observe: GPUComputePipeline;
  readonly finish: GPUComputePipeline;
  readonly warnings: readonly string[];
}

/** Kernels that may be used at once; `verdict` rejects, with the compiler's messages, where they turn out not to compile. */
export interface StartedKernels<Stages> {
  readonly stages: Stages;
  readonly verdict: Promise<void>;
}

/** Bind group layouts and compiled kernels of one device. Equal code is compiled once and shared by all blocks and races. */
export interface DeviceKernels {
  readonly blockLayout: GPUBindGroupLayout;
  readonly raceLayout: GPUBindGroupLayout;
  /** grads, objective, loss of one step, shared by all kernels of it. */
  readonly inputLayout: GPUBindGroupLayout;
  /** The evaluation points, in place of a step's inputs. */
  readonly evalLayout: GPUBindGroupLayout;
  /** @param slices of a row, here and below */
  block(block: Pick<RowBlock, 'program' | 'option' | 'rows'>, slices: number): Promise<BlockPipelines>;
  race(slices: number): Promise<RacePipelines>;
  /** The kernels of a block for callers that cannot wait, compiled once for equal code like the others. */
  startBlock(block: Pick<RowBlock, 'program' | 'option' | 'rows'>, slices: number): StartedKernels<BlockStages>;
  /** The kernel that closes a step, likewise. */
  startFinish(slices: number): StartedKernels<GPUComputePipeline>;
}

function layoutOf(device: GPUDevice, label: string, types: readonly GPUBufferBindingType[]): GPUBindGroupLayout {
  return device.createBindGroupLayout({
    label,
    entries: types.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
  });
}

function cacheByCode<T>() {
  const cache = new Map<string, Promise<T>>();
  return (code: string, compile: () => Promise<T>): Promise<T> => {
    const known = cache.get(code);
    if (known) return known;
    const compiled = compile();
    cache.set(code, compiled);
    // A failure is not remembered: the device may have been out of memory for a moment.
    compiled.catch(() => cache.delete(code));
    return compiled;
  };
}

/** Builds pipelines of a module without waiting; what is wrong with them goes to the verdict, not to the device's uncaptured errors. */
function startKernels<Stages>(
  device: GPUDevice,
  label: string,
  code: string,
  build: (module: GPUShaderModule) => Stages,
): StartedKernels<Stages> {
  const { module, verdict } = startModule(device, label, code);
  device.pushErrorScope('validation');
  const stages = build(module);
  const invalid = device.popErrorScope();
  const judge = async () => {
    await verdict;
    const error = await invalid;
    if (error) throw new Error(`The kernels of "${label}" were refused: ${error.message}`);
  };
  return { stages, verdict: judge() };
}

function createKernels(device: GPUDevice): DeviceKernels {
  // Together at most 8 storage buffers, the limit every WebGPU device grants.
  const blockLayout = layoutOf(device, 'block', ['uniform', 'storage', 'storage', 'storage', 'read-only-storage', 'storage']);
  const raceLayout = layoutOf(device, 'race', ['uniform', 'read-only-storage', 'read-only-storage', 'storage', 'storage', 'storage']);
  const inputLayout = layoutOf(device, 'step inputs', ['read-only-storage', 'read-only-storage', 'read-only-storage']);
  const evalLayout = layoutOf(device, 'evaluation points', ['storage']);

  const compiledBlock = cacheByCode<BlockPipelines>();
  const compiledRace = cacheByCode<RacePipelines>();

  const startedBlocks = new Map<string, StartedKernels<BlockStages>>();
  const startedFinishes = new Map<string, StartedKernels<GPUComputePipeline>>();

  function descriptorOf(
    label: string,
    groupLayout: GPUBindGroupLayout,
    module: GPUShaderModule,
    entryPoint: string,
    secondLayout = inputLayout,
  ): GPUComputePipelineDescriptor {
    const layout = device.createPipelineLayout({ label, bindGroupLayouts: [groupLayout, secondLayout] });
    return { label: `${label} ${entryPoint}`, layout, compute: { module, entryPoint } };
  }

  function pipelineOf(...args: Parameters<typeof descriptorOf>): Promise<GPUComputePipeline> {
    return device.createComputePipelineAsync(descriptorOf(...args));
  }

  return {
    blockLayout,
    raceLayout,
    inputLayout,
    evalLayout,
    block: (block, slices) => {
      const { id, fused } = block.program;
      const code = blockSource(block, slices);
      return compiledBlock(code, async () => {
        const { module, warnings } = await compileModule(device, id, code);
        const [gather, decide, apply, evalPoint] = await Promise.all([
          fused.gather === undefined ? null : pipelineOf(id, blockLayout, module, 'gatherEntry'),
          fused.decide === undefined ? null : pipelineOf(id, blockLayout, module, 'decideEntry'),
          pipelineOf(id, blockLayout, module, 'applyEntry'),
          fused.evalPoint === undefined ? null : pipelineOf(id, blockLayout, module, 'evalEntry', evalLayout),
        ]);
        return { gather, decide, apply, evalPoint, warnings };
      });
    },
    race: (slices) => {
      const code = raceSource(slices);
      return compiledRace(code, async () => {
        const { module, warnings } = await compileModule(device, 'race', code);
        const [observe, finish] = await Promise.all([
          pipelineOf('race', raceLayout, module, 'observe'),
          pipelineOf('race', raceLayout, module, 'finish'),
        ]);
        return { observe, finish, warnings };
      });
    },
    startBlock: (block, slices) => {
      const { id, fused } = block.program;
      const code = blockSource(block, slices);
      const known = startedBlocks.get(code);
      if (known) return known;
      const started = startKernels(device, id, code, (module): BlockStages => {
        const pipeline = (entryPoint: string, secondLayout = inputLayout) =>
          device.createComputePipeline(descriptorOf(id, blockLayout, module, entryPoint, secondLayout));
        return {
          gather: fused.gather === undefined ? null : pipeline('gatherEntry'),
          decide: fused.decide === undefined ? null : pipeline('decideEntry'),
          apply: pipeline('applyEntry'),
          evalPoint: fused.evalPoint === undefined ? null : pipeline('evalEntry', evalLayout),
        };
      });
      startedBlocks.set(code, started);
      return started;
    },
    startFinish: (slices) => {
      const code = raceSource(slices);
      const known = startedFinishes.get(code);
      if (known) return known;
      const started = startKernels(device, 'race', code, (module) =>
        device.createComputePipeline(descriptorOf('race', raceLayout, module, 'finish')),
      );
      startedFinishes.set(code, started);
      return started;
    },
  };
}

const kernelsOfDevice = new WeakMap<GPUDevice, DeviceKernels>();

export function deviceKernels(device: GPUDevice): DeviceKernels {
  const known = kernelsOfDevice.get(device);
  if (known) return known;
  const created = createKernels(device);
  kernelsOfDevice.set(device, created);
  return created;
}
