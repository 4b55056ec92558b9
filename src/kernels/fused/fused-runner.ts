import type { ParamLayout } from '../layout.ts';
import {
  assertRunnerSpec,
  type RowState,
  type RowStatus,
  type RunnerSamples,
  type RunnerSpec,
  type RunnerState,
} from '../optimizer-runner.ts';
import type { SlotInit } from '../step-program.ts';
import { blockConstants } from './block-constants.ts';
import {
  blockShapeWords,
  initialScalars,
  initialSlot,
  restoredRow,
  rowScalars,
  rowSlots,
  rowStatus,
  slotAt,
  stateWords,
} from './block-memory.ts';
import { bindBuffers, type Dispatch, recordDispatch, sliceWorkgroups, stagesOf } from './dispatch.ts';
import { type BlockPlan, bufferBytes, largestBuffer, plannedBytes, planRace, type RaceExtent, type RacePlan } from './memory-plan.ts';
import { type BlockPipelines, type DeviceKernels, deviceKernels, type RacePipelines } from './pipelines.ts';
import { readBack } from './read-back.ts';
import { SampleRing } from './sample-ring.ts';
import { packShape, RACE_SHAPE } from './shape.ts';

export interface FusedRunnerOptions {
  /** The displacement from the start is measured at race steps 0, observeEvery, 2 observeEvery, ... and at the last one. */
  readonly observeEvery: number;
  /** Samples the device can hold before they have to be read. */
  readonly sampleCapacity?: number;
  /** Called as shaders finish compiling. */
  readonly onProgress?: (compiled: number, total: number) => void;
}

/** What a step reads; the runner never writes these buffers. They need usage STORAGE and may be different ones at every step. */
export interface StepBuffers {
  readonly grads: GPUBuffer; // (R, n)
  /** What was differentiated, and what methods that read the loss see; a row whose value is not finite diverges at this step. */
  readonly objective: GPUBuffer; // (R)
  /** What samples report. */
  readonly loss: GPUBuffer; // (R)
}

/** Dispatches of one step. */
export interface StepDispatches {
  readonly plain: number;
  /** At steps where the displacement from the start is measured. */
  readonly observed: number;
}

interface Block {
  readonly plan: BlockPlan;
  readonly slots: GPUBuffer;
  readonly bindGroup: GPUBindGroup;
}

interface Inputs {
  readonly objective: GPUBuffer;
  readonly loss: GPUBuffer;
  readonly bindGroup: GPUBindGroup;
}

const OWN_PASS: GPUComputePassDescriptor = { label: 'optimizer step' };
/** Workgroups per dimension that every device grants. */
const MAX_WORKGROUPS = 65_535;
/**
 * All optimizers of a race, stepped on the GPU: per block of rows that share code at most gather -> decide -> apply, then one dispatch that
 * closes the step of every row. Nothing is read back per step; samples gather in a ring on the device.
 */
export class FusedRunner {
  /** Parameters of all rows, (R, n) float32. Others may read it, e.g. as a zero-copy tensor, but must not write it. */
  readonly params: GPUBuffer;
  /**
   * The points to evaluate, (R, n) float32: `evalPoint` of each row's program, else its parameters, as `encodeEvalPoints` has left them.
   * The parameters' own buffer where no program of the race has a point of its own.
   */
  readonly evalParams: GPUBuffer;
  /** What the shader compiler warned about. */
  readonly warnings: readonly string[];
  readonly #device: GPUDevice;
  readonly #kernels: DeviceKernels;
  readonly #spec: RaceExtent;
  readonly #plan: RacePlan;
  readonly #observeEvery: number;
  readonly #blocks: readonly Block[];
  /** Of every step, in order; `observe` at some, then `finish`. */
  readonly #stages: readonly Dispatch[];
  readonly #observe: Dispatch;
  readonly #finish: Dispatch;
  /** Computes the evaluation points of the blocks that have some. */
  readonly #evalPoints: readonly Dispatch[];
  readonly #evalGroup: GPUBindGroup;
  readonly #state: GPUBuffer;
  readonly #ring: SampleRing;
  readonly #owned: GPUBuffer[] = [];
  readonly #inputs = new WeakMap<GPUBuffer, Inputs>();
  #encodedSteps = 0;
  #readSteps = 0;
  #isDisposed = false;

  /**
   * Compiles the kernels and uploads the initial state.
   * Throws if the layout is not aligned, a buffer exceeds the device's limits, memory runs out, or a shader does not compile.
   */
  static async create(device: GPUDevice, spec: RunnerSpec, options: FusedRunnerOptions): Promise<FusedRunner> {
    const { observeEvery, sampleCapacity, onProgress } = options;
    if (!Number.isInteger(observeEvery) || observeEvery < 1)
      throw new Error(`observeEvery must be a whole number >= 1, got ${observeEvery}.`);
    assertRunnerSpec(spec);
    const plan = planRace(spec, sampleCapacity);
    checkExtent(device, spec, plan);
    const kernels = deviceKernels(device);
    const total = plan.blocks.length + 1;
    let compiled = 0;
    const counted = async <T>(pipelines: Promise<T>): Promise<T> => {
      const result = await pipelines;
      compiled += 1;
      onProgress?.(compiled, total);
      return result;
    };
    const [race, ...blocks] = await Promise.all([
      counted(kernels.race(plan.slices)),
      ...plan.blocks.map(({ block }) => counted(kernels.block(block, plan.slices))),
    ]);
    device.pushErrorScope('validation');
    device.pushErrorScope('out-of-memory');
    const runner = new FusedRunner(device, spec, plan, observeEvery, race, blocks);
    const [outOfMemory, invalid] = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
    if (outOfMemory || invalid) {
      runner.dispose();
      throw new Error(
        outOfMemory
          ? `The GPU has no room for ${plannedBytes(spec, sampleCapacity)} bytes of optimizer state: use fewer runs or a smaller network.`
          : `The optimizer state could not be set up: ${invalid?.message}`,
      );
    }
    return runner;
  }

  /** GPU bytes that a race would take, parameters included, before anything is allocated. */
  static plannedBytes(extent: RaceExtent, sampleCapacity?: number): number {
    return plannedBytes(extent, sampleCapacity);
  }

  /** The largest single buffer of a race: what has to fit `maxStorageBufferBindingSize`. */
  static largestBufferBytes(extent: RaceExtent, sampleCapacity?: number): number {
    return largestBuffer(planRace(extent, sampleCapacity)).bytes;
  }

  private constructor(
    device: GPUDevice,
    spec: RunnerSpec,
    plan: RacePlan,
    observeEvery: number,
    racePipelines: RacePipelines,
    blockPipelines: readonly BlockPipelines[],
  ) {
    this.#device = device;
    this.#kernels = deviceKernels(device);
    this.#spec = { layout: spec.layout, rows: spec.rows, totalSteps: spec.totalSteps };
    this.#plan = plan;
    this.#observeEvery = observeEvery;
    const { layout, rows, totalSteps } = spec;
    const R = rows.length;
    const x0 = spec.x0 instanceof Float32Array ? spec.x0 : Float32Array.from(spec.x0);
    this.params = this.#upload('parameters', x0, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
    const start = this.#upload('initial parameters', x0, GPUBufferUsage.STORAGE);
    this.#state = this.#upload(
      'row state',
      initialState(spec, plan),
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    );
    const partials = this.#own('partial sums', R * plan.partialColumns * plan.slices, GPUBufferUsage.STORAGE);
    this.#ring = new SampleRing(device, plan.capacity, R * plan.width);
    const raceShape = {
      rows: R,
      totalSteps,
      vectors: layout.n / 4,
      size: layout.size,
      stateStride: plan.stateStride,
      scalarWords: plan.scalarWords,
      partialColumns: plan.partialColumns,
      slices: plan.slices,
      width: plan.width,
      capacity: plan.capacity,
      observeEvery,
    };
    const uniform = this.#upload('race shape', packShape(RACE_SHAPE, raceShape), GPUBufferUsage.UNIFORM);
    const raceGroup = this.#bind('race', this.#kernels.raceLayout, [uniform, this.params, start, this.#state, partials, this.#ring.buffer]);
    this.#blocks = plan.blocks.map((blockPlan) => this.#createBlock(blockPlan, x0, layout, totalSteps, partials));
    const workgroups = sliceWorkgroups(plan.slices);
    this.#stages = this.#blocks.flatMap((block, index) =>
      stagesOf(block.plan, blockPipelines[index] as BlockPipelines, block.bindGroup, workgroups),
    );
    this.#observe = { pipeline: racePipelines.observe, bindGroup: raceGroup, workgroups, rows: R };
    this.#finish = { pipeline: racePipelines.finish, bindGroup: raceGroup, workgroups: R, rows: 1 };
    this.evalParams = plan.hasEvalPoint
      ? this.#own('evaluation points', R * layout.n, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST)
      : this.params;
    this.#evalGroup = this.#bind('evaluation points', this.#kernels.evalLayout, [this.evalParams]);
    this.#evalPoints = this.#blocks.flatMap(({ plan: { block }, bindGroup }, index) => {
      const pipeline = (blockPipelines[index] as BlockPipelines).evalPoint;
      return pipeline ? [{ pipeline, bindGroup, workgroups, rows: block.rows.length }] : [];
    });
    this.warnings = [...racePipelines.warnings, ...blockPipelines.flatMap(({ warnings }) => warnings)];
  }

  /** Steps encoded so far. */
  get steps(): number {
    return this.#encodedSteps;
  }

  /** Steps whose samples wait on the device. Reading has to keep this at or below `sampleCapacity`. */
  get samplesPending(): number {
    return this.#encodedSteps - this.#readSteps;
  }

  get sampleCapacity(): number {
    return this.#plan.capacity;
  }

  /** GPU bytes held. */
  get bytes(): number {
    return this.#owned.reduce((sum, { size }) => sum + size, 0) + this.#ring.bytes;
  }

  /** Kernel launches of one step: at most 3 per block of rows that share code, and 1 or 2 for the whole race. */
  get dispatchesPerStep(): StepDispatches {
    const plain = this.#stages.length + 1;
    return { plain, observed: plain + 1 };
  }

  /**
   * Appends one race step, in a compute pass of its own. Throws when the race is over, when its sample would overwrite one that has not been
   * read, or when an input is too small.
   */
  encode(encoder: GPUCommandEncoder, inputs: StepBuffers): void {
    const inputGroup = this.#prepare(inputs);
    const pass = encoder.beginComputePass(OWN_PASS);
    this.#record(pass, inputGroup);
    pass.end();
  }

  /**
   * Appends one race step to an open compute pass, whose bind groups 0 and 1 it replaces. A pass and a submit may hold many steps: what
   * differs between them lives on the device. Throws like `encode`, before anything is recorded.
   */
  encodePass(pass: GPUComputePassEncoder, inputs: StepBuffers): void {
    this.#record(pass, this.#prepare(inputs));
  }

  /** One race step, submitted on its own. */
  step(inputs: StepBuffers): void {
    const encoder = this.#device.createCommandEncoder({ label: 'optimizer step' });
    this.encode(encoder, inputs);
    this.#device.queue.submit([encoder.finish()]);
  }

  /**
   * Appends what brings `evalParams` up to date with the steps encoded so far: a copy of the parameters, and over it, in a compute pass, the
   * points of programs that have one. Nothing where no program has.
   */
  encodeEvalPoints(encoder: GPUCommandEncoder): void {
    this.#assertUsable();
    if (this.#evalPoints.length === 0) return;
    this.encodeEvalAtParams(encoder);
    const pass = encoder.beginComputePass({ label: 'evaluation points' });
    pass.setBindGroup(1, this.#evalGroup);
    for (const dispatch of this.#evalPoints) recordDispatch(pass, dispatch);
    pass.end();
  }

  /** Appends what puts the parameters themselves, where gradients are taken, into `evalParams`. */
  encodeEvalAtParams(encoder: GPUCommandEncoder): void {
    this.#assertUsable();
    if (this.evalParams !== this.params) encoder.copyBufferToBuffer(this.params, 0, this.evalParams, 0, this.params.size);
  }

  /** The points to evaluate, (R, n), after all steps submitted so far; a copy. */
  async readEvalPoints(): Promise<Float64Array> {
    const encoder = this.#device.createCommandEncoder({ label: 'evaluation points' });
    this.encodeEvalPoints(encoder);
    this.#device.queue.submit([encoder.finish()]);
    return Float64Array.from(new Float32Array(await readBack(this.#device, this.evalParams)));
  }

  /** Samples of all steps since the last call, in step order. Encoded steps have to be submitted first. */
  async readSamples(): Promise<RunnerSamples> {
    this.#assertUsable();
    const firstStep = this.#readSteps;
    const count = this.samplesPending;
    this.#readSteps = this.#encodedSteps;
    const { width } = this.#plan;
    if (count === 0) return { firstStep, count, width, data: new Float32Array(0) };
    return { firstStep, count, width, data: await this.#ring.take(firstStep, count) };
  }

  /** Where every row stands after all steps submitted so far. */
  async status(): Promise<RowStatus[]> {
    this.#assertUsable();
    const words = new Uint32Array(await readBack(this.#device, this.#state));
    return this.#spec.rows.map((_, row) => rowStatus(this.#plan, words, row));
  }

  /** The whole state before the next step, after all steps submitted so far; a copy. */
  async state(): Promise<RunnerState> {
    this.#assertUsable();
    const step = this.#encodedSteps;
    const { layout } = this.#spec;
    const [params, state, ...slots] = await Promise.all([
      readBack(this.#device, this.params),
      readBack(this.#device, this.#state),
      ...this.#blocks.map((block) => readBack(this.#device, block.slots)),
    ]);
    const words = new Uint32Array(state);
    const rows = this.#blocks.flatMap(({ plan }, index) =>
      plan.block.rows.map((_, member): RowState => {
        const row = plan.block.firstRow + member;
        return {
          k: rowStatus(this.#plan, words, row).k,
          slots: rowSlots(plan, slots[index] as ArrayBuffer, member, layout),
          scalars: rowScalars(this.#plan, plan, words, row),
        };
      }),
    );
    return { step, params: Float64Array.from(new Float32Array(params)), rows };
  }

  /**
   * Continues from a state, rounded to float32, with every row active that its horizon allows. Samples not yet read are dropped.
   * The start from which displacements are measured stays the spec's.
   */
  restore({ step, params, rows }: RunnerState): void {
    this.#assertUsable();
    const { queue } = this.#device;
    queue.writeBuffer(this.params, 0, Float32Array.from(params));
    for (const { plan, slots } of this.#blocks) {
      plan.block.rows.forEach((spec, member) => {
        const row = plan.block.firstRow + member;
        const state = rows[row];
        if (state === undefined) throw new Error(`The state to restore has no row ${row}.`);
        const restored = restoredRow(plan, state);
        restored.slots.forEach((values, slot) => {
          queue.writeBuffer(slots, slotAt(plan, slot, member, this.#spec.layout), values);
        });
        const words = stateWords(this.#plan, spec.horizonSteps, { t: step, k: state.k, scalars: restored.scalars });
        queue.writeBuffer(this.#state, row * this.#plan.stateStride * 4, words);
      });
    }
    this.#encodedSteps = step;
    this.#readSteps = step;
  }

  /** Frees all GPU memory. Steps already submitted still complete. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const buffer of this.#owned) buffer.destroy();
    this.#ring.dispose();
  }

  #prepare(inputs: StepBuffers): GPUBindGroup {
    this.#assertUsable();
    const { totalSteps } = this.#spec;
    if (this.#encodedSteps >= totalSteps) throw new Error(`The race is over: all ${totalSteps} steps have been made.`);
    if (this.samplesPending >= this.sampleCapacity) {
      throw new Error(
        `${this.samplesPending} samples wait on the device, which holds ${this.sampleCapacity}: call readSamples() before the next step.`,
      );
    }
    return this.#inputGroup(inputs);
  }

  #record(pass: GPUComputePassEncoder, inputGroup: GPUBindGroup): void {
    const t = this.#encodedSteps;
    pass.setBindGroup(1, inputGroup);
    for (const stage of this.#stages) recordDispatch(pass, stage);
    if (t % this.#observeEvery === 0 || t + 1 === this.#spec.totalSteps) recordDispatch(pass, this.#observe);
    recordDispatch(pass, this.#finish);
    this.#encodedSteps = t + 1;
  }

  #assertUsable(): void {
    if (this.#isDisposed) throw new Error('This FusedRunner has been disposed.');
  }

  #own(label: string, words: number, usage: number): GPUBuffer {
    const buffer = this.#device.createBuffer({ label, size: bufferBytes(words), usage });
    this.#owned.push(buffer);
    return buffer;
  }

  #upload(label: string, data: Float32Array | Uint32Array, usage: number): GPUBuffer {
    const buffer = this.#own(label, data.length, usage | GPUBufferUsage.COPY_DST);
    this.#device.queue.writeBuffer(buffer, 0, data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    return buffer;
  }

  #bind(label: string, layout: GPUBindGroupLayout, buffers: readonly GPUBuffer[]): GPUBindGroup {
    return bindBuffers(this.#device, label, layout, buffers);
  }

  #inputGroup({ grads, objective, loss }: StepBuffers): GPUBindGroup {
    const known = this.#inputs.get(grads);
    if (known?.objective === objective && known.loss === loss) return known.bindGroup;
    const { rows, layout } = this.#spec;
    for (const [name, buffer, words] of [
      ['grads', grads, rows.length * layout.n],
      ['objective', objective, rows.length],
      ['loss', loss, rows.length],
    ] as const) {
      if (buffer.size < words * 4) throw new Error(`The ${name} buffer has ${buffer.size} bytes; this race needs ${words * 4}.`);
    }
    const bindGroup = this.#bind('step inputs', this.#kernels.inputLayout, [grads, objective, loss]);
    this.#inputs.set(grads, { objective, loss, bindGroup });
    return bindGroup;
  }

  #createBlock(plan: BlockPlan, x0: Float32Array, layout: ParamLayout, totalSteps: number, partials: GPUBuffer): Block {
    const { block, slotCount } = plan;
    const slots = this.#own(
      `slots of ${block.program.id}`,
      slotCount * block.rows.length * layout.n,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    );
    writeSlots(this.#device.queue, slots, plan, x0, layout);
    const { words, offsets } = blockConstants(block, layout, this.#plan.spans, totalSteps);
    const constants = this.#upload(`constants of ${block.program.id}`, words, GPUBufferUsage.STORAGE);
    const shape = blockShapeWords(this.#plan, plan, layout, totalSteps, offsets);
    const uniform = this.#upload(`block shape of ${block.program.id}`, shape, GPUBufferUsage.UNIFORM);
    const buffers = [uniform, this.params, slots, this.#state, constants, partials];
    return { plan, slots, bindGroup: this.#bind(block.program.id, this.#kernels.blockLayout, buffers) };
  }
}

function checkExtent(device: GPUDevice, spec: RunnerSpec, plan: RacePlan): void {
  const { rows } = spec;
  if (rows.length > MAX_WORKGROUPS) throw new Error(`At most ${MAX_WORKGROUPS} rows, got ${rows.length}.`);
  const limit = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  const { label, bytes } = largestBuffer(plan);
  if (bytes > limit) {
    throw new Error(`The buffer "${label}" would take ${bytes} bytes; this device allows ${limit}: use fewer runs or a smaller network.`);
  }
}

function initialState(spec: RunnerSpec, plan: RacePlan): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(spec.rows.length * plan.stateStride);
  for (const { block, segments } of plan.blocks) {
    block.rows.forEach((row, member) => {
      const scalars = initialScalars(row, segments);
      words.set(stateWords(plan, row.horizonSteps, { t: 0, k: 0, scalars }), (block.firstRow + member) * plan.stateStride);
    });
  }
  return words;
}

/** New buffers are zero, so only slots that start otherwise are written. */
function writeSlots(queue: GPUQueue, slots: GPUBuffer, plan: BlockPlan, x0: Float32Array, layout: ParamLayout): void {
  const { block } = plan;
  const inits: readonly SlotInit[] = Object.values(block.program.slots);
  block.rows.forEach((spec, member) => {
    const row = block.firstRow + member;
    inits.forEach((init, slot) => {
      const values = initialSlot(init, spec, layout, x0.slice(row * layout.n, (row + 1) * layout.n));
      if (values) queue.writeBuffer(slots, slotAt(plan, slot, member, layout), values);
    });
  });
}
