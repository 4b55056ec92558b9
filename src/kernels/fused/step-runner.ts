import type { ParamLayout } from '../layout.ts';
import { type OpenRow, openBlock, type RowState, type RowStatus } from '../optimizer-runner.ts';
import type { SlotInit } from '../step-program.ts';
import { type BlockConstants, blockConstants } from './block-constants.ts';
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
import { type BlockPlan, bufferBytes, largestBuffer, planRace, type RacePlan } from './memory-plan.ts';
import { type BlockStages, deviceKernels } from './pipelines.ts';
import { readBack } from './read-back.ts';
import { BLOCK_SHAPE, packShape, RACE_SHAPE } from './shape.ts';

/** Learning rate of one step: L = lr x multiplier, and the multiplier alone. */
export interface StepRates {
  readonly L: number;
  readonly mult: number;
}

/** What the kernels look up: tables for steps up to `capacity`, and the learning rates of steps as they are made. */
interface Constants {
  readonly capacity: number;
  readonly buffer: GPUBuffer;
  readonly offsets: BlockConstants['offsets'];
  readonly stages: readonly Dispatch[];
  readonly evalPoint: Dispatch | null;
}

/** Steps that tables are computed for at first; doubled whenever they have been made. */
const FIRST_CAPACITY = 1024;
/** Steps for which a learning rate is written ahead, so that one that stays costs nothing. */
const RATES_AHEAD = 64;
/** A number of steps that nobody makes. */
const NEVER = 0xffffffff;

/**
 * Steps one row on the GPU with the kernels of a race: like `FusedRunner`, for callers that do not know how long they will go on, choose the
 * learning rate at every step, cannot wait for shaders to compile, and want no samples. A step: fill `grads` and `objective`, `encodeStep`,
 * submit. Every step has to be submitted before the next one is encoded.
 */
export class StepRunner {
  /** Parameters, (1, n). The caller writes them, before `encodeStart` and whenever others are to be stepped. */
  readonly params: GPUBuffer;
  /** Gradient at `params`, (1, n), written by the caller; padding is ignored. */
  readonly grads: GPUBuffer;
  /** What was differentiated, (1), written by the caller. */
  readonly objective: GPUBuffer;
  /** The point to evaluate, (1, n), as `encodeEvalPoint` has left it; `params` where the program has none of its own. */
  readonly evalParams: GPUBuffer;
  /** Rejects when a shader does not compile or memory runs out; nothing that was encoded has had an effect then. */
  readonly verdict: Promise<void>;
  readonly #device: GPUDevice;
  readonly #row: OpenRow;
  readonly #layout: ParamLayout;
  readonly #plan: RacePlan;
  readonly #blockPlan: BlockPlan;
  readonly #kernels: BlockStages;
  readonly #finish: Dispatch;
  readonly #inputGroup: GPUBindGroup;
  readonly #evalGroup: GPUBindGroup;
  readonly #state: GPUBuffer;
  readonly #slots: GPUBuffer;
  readonly #partials: GPUBuffer;
  readonly #shape: GPUBuffer;
  readonly #owned: GPUBuffer[] = [];
  #constants: Constants;
  /** Steps encoded, plus the counter that was restored: the device's t, and at least its k. */
  #steps = 0;
  #rates: StepRates = { L: 0, mult: 0 };
  /** Step from which on no learning rate has been written. */
  #ratesUntil = 0;

  /** Why this device cannot hold the state of a row, or null. */
  static obstacle(device: GPUDevice, row: OpenRow, layout: ParamLayout): string | null {
    const limit = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
    const { label, bytes } = largestBuffer(planRow(row, layout));
    return bytes > limit ? `the buffer "${label}" would take ${bytes} bytes and this device allows ${limit}` : null;
  }

  /** Throws an error that names a hyperparameter that is missing, or a layout that is not aligned. */
  constructor(device: GPUDevice, row: OpenRow, layout: ParamLayout) {
    this.#device = device;
    this.#row = row;
    this.#layout = layout;
    this.#plan = planRow(row, layout);
    this.#blockPlan = this.#plan.blocks[0] as BlockPlan;
    const kernels = deviceKernels(device);
    const block = kernels.startBlock(this.#blockPlan.block, this.#plan.slices);
    const finish = kernels.startFinish(this.#plan.slices);
    this.#kernels = block.stages;

    device.pushErrorScope('validation');
    device.pushErrorScope('out-of-memory');
    const { STORAGE, COPY_SRC, COPY_DST, UNIFORM } = GPUBufferUsage;
    const shared = STORAGE | COPY_SRC | COPY_DST;
    this.params = this.#own('parameters', layout.n, shared);
    this.grads = this.#own('gradient', layout.n, shared);
    this.objective = this.#own('objective', 1, STORAGE | COPY_DST);
    this.evalParams = this.#kernels.evalPoint ? this.#own('evaluation point', layout.n, shared) : this.params;
    this.#slots = this.#own('slots', this.#blockPlan.slotCount * layout.n, shared);
    this.#state = this.#own('row state', this.#plan.stateStride, shared);
    this.#partials = this.#own('partial sums', this.#plan.partialColumns * this.#plan.slices, STORAGE);
    this.#shape = this.#own('block shape', packedWords(BLOCK_SHAPE), UNIFORM | COPY_DST);
    const raceShape = this.#own('race shape', packedWords(RACE_SHAPE), UNIFORM | COPY_DST);
    const sample = this.#own('sample', this.#plan.width, STORAGE);
    this.#write(raceShape, packShape(RACE_SHAPE, this.#raceShape()));
    this.#writeState(0, initialScalars(row, this.#blockPlan.segments));
    const raceBuffers = [raceShape, this.params, this.params, this.#state, this.#partials, sample];
    this.#finish = {
      pipeline: finish.stages,
      bindGroup: bindBuffers(device, 'race', kernels.raceLayout, raceBuffers),
      workgroups: 1,
      rows: 1,
    };
    this.#inputGroup = bindBuffers(device, 'step inputs', kernels.inputLayout, [this.grads, this.objective, this.objective]);
    this.#evalGroup = bindBuffers(device, 'evaluation point', kernels.evalLayout, [this.evalParams]);
    this.#constants = this.#createConstants(FIRST_CAPACITY);
    const [outOfMemory, invalid] = [device.popErrorScope(), device.popErrorScope()];
    this.verdict = judge(row.program.id, [block.verdict, finish.verdict], outOfMemory, invalid);
  }

  /** Kernel launches of one step: at most 3 of the program, and the one that closes the step. */
  get dispatchesPerStep(): number {
    return this.#constants.stages.length + 1;
  }

  /** GPU bytes held. */
  get bytes(): number {
    return this.#owned.reduce((sum, { size }) => sum + size, this.#constants.buffer.size);
  }

  /** Appends what copies the parameters, once they are written, into the slots that begin as a copy of them. Before the first step. */
  encodeStart(encoder: GPUCommandEncoder): void {
    const { program } = this.#row;
    const inits: readonly SlotInit[] = Object.values(program.slots);
    inits.forEach((init, slot) => {
      const at = slotAt(this.#blockPlan, slot, 0, this.#layout);
      if (init === 'params') {
        encoder.copyBufferToBuffer(this.params, 0, this.#slots, at, this.#layout.n * 4);
        return;
      }
      const values = initialSlot(init, this.#row, this.#layout, EMPTY);
      if (values) this.#write(this.#slots, values, at);
    });
  }

  /** Appends one step, in a compute pass of its own. */
  encodeStep(encoder: GPUCommandEncoder, rates: StepRates): void {
    if (this.#steps >= this.#constants.capacity) this.#grow();
    this.#writeRates(rates);
    const pass = encoder.beginComputePass({ label: 'optimizer step' });
    pass.setBindGroup(1, this.#inputGroup);
    for (const stage of this.#constants.stages) recordDispatch(pass, stage);
    recordDispatch(pass, this.#finish);
    pass.end();
    this.#steps += 1;
  }

  /** Appends what brings `evalParams` up to date with the steps encoded so far. Nothing where the program has no point of its own. */
  encodeEvalPoint(encoder: GPUCommandEncoder): void {
    const { evalPoint } = this.#constants;
    if (!evalPoint) return;
    const pass = encoder.beginComputePass({ label: 'evaluation point' });
    pass.setBindGroup(1, this.#evalGroup);
    recordDispatch(pass, evalPoint);
    pass.end();
  }

  /** Where the row stands after all steps submitted so far, and its scalars, S * k values each. */
  async status(): Promise<RowStatus & Pick<RowState, 'scalars'>> {
    const words = new Uint32Array(await readBack(this.#device, this.#state));
    return { ...rowStatus(this.#plan, words, 0), scalars: rowScalars(this.#plan, this.#blockPlan, words, 0) };
  }

  /** The state after all steps submitted so far; a copy. */
  async state(): Promise<RowState> {
    const [{ k, scalars }, slots] = await Promise.all([this.status(), readBack(this.#device, this.#slots)]);
    return { k, scalars, slots: rowSlots(this.#blockPlan, slots, 0, this.#layout) };
  }

  /** Continues from a state, rounded to float32, active again; the parameters stay as they are. */
  restore(state: RowState): void {
    const { slots, scalars } = restoredRow(this.#blockPlan, state);
    slots.forEach((values, slot) => {
      this.#write(this.#slots, values, slotAt(this.#blockPlan, slot, 0, this.#layout));
    });
    this.#writeState(state.k, scalars);
    this.#steps = state.k;
    this.#ratesUntil = 0;
  }

  /** Frees all GPU memory. Steps already submitted still complete. */
  dispose(): void {
    for (const buffer of this.#owned) buffer.destroy();
    this.#constants.buffer.destroy();
  }

  #own(label: string, words: number, usage: number): GPUBuffer {
    const buffer = this.#device.createBuffer({ label, size: bufferBytes(words), usage });
    this.#owned.push(buffer);
    return buffer;
  }

  #write(buffer: GPUBuffer, words: Float32Array | Uint32Array, offset = 0): void {
    this.#device.queue.writeBuffer(buffer, offset, words.buffer as ArrayBuffer, words.byteOffset, words.byteLength);
  }

  #writeState(k: number, scalars: readonly number[]): void {
    this.#write(this.#state, stateWords(this.#plan, NEVER, { t: k, k, scalars }));
  }

  #raceShape(): Readonly<Record<(typeof RACE_SHAPE)[number], number>> {
    const { stateStride, scalarWords, partialColumns, slices, width } = this.#plan;
    const { n, size } = this.#layout;
    // One sample, overwritten at every step and never read.
    const samples = { width, capacity: 1, observeEvery: NEVER };
    return { rows: 1, totalSteps: NEVER, vectors: n / 4, size, stateStride, scalarWords, partialColumns, slices, ...samples };
  }

  #createConstants(capacity: number): Constants {
    const { block } = this.#blockPlan;
    // The multipliers are written as steps are made.
    const row = { ...this.#row, mult: new Float64Array(capacity), horizonSteps: capacity };
    const { words, offsets } = blockConstants({ ...block, rows: [row] }, this.#layout, this.#plan.spans, capacity);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const buffer = this.#device.createBuffer({ label: 'constants', size: bufferBytes(words.length), usage });
    this.#write(buffer, words);
    this.#write(this.#shape, blockShapeWords(this.#plan, this.#blockPlan, this.#layout, capacity, offsets));
    const buffers = [this.#shape, this.params, this.#slots, this.#state, buffer, this.#partials];
    const bindGroup = bindBuffers(this.#device, block.program.id, deviceKernels(this.#device).blockLayout, buffers);
    const workgroups = sliceWorkgroups(this.#plan.slices);
    const { evalPoint } = this.#kernels;
    return {
      capacity,
      buffer,
      offsets,
      stages: stagesOf(this.#blockPlan, this.#kernels, bindGroup, workgroups),
      evalPoint: evalPoint && { pipeline: evalPoint, bindGroup, workgroups, rows: 1 },
    };
  }

  #grow(): void {
    const old = this.#constants;
    this.#constants = this.#createConstants(2 * this.#steps);
    old.buffer.destroy();
    this.#ratesUntil = 0;
  }

  #writeRates(rates: StepRates): void {
    const step = this.#steps;
    const isKnown = step < this.#ratesUntil && rates.L === this.#rates.L && rates.mult === this.#rates.mult;
    if (isKnown) return;
    const { capacity, offsets, buffer } = this.#constants;
    const count = Math.min(RATES_AHEAD, capacity - step);
    this.#write(buffer, new Float32Array(count).fill(rates.L), (offsets.learningRateAt + step) * 4);
    this.#write(buffer, new Float32Array(count).fill(rates.mult), (offsets.multAt + step) * 4);
    this.#rates = rates;
    this.#ratesUntil = step + count;
  }
}

const EMPTY = new Float32Array(0);

function planRow(row: OpenRow, layout: ParamLayout): RacePlan {
  return planRace({ layout, rows: openBlock(row).rows, totalSteps: FIRST_CAPACITY }, 1);
}

function packedWords(fields: readonly string[]): number {
  return Math.ceil(fields.length / 4) * 4;
}

async function judge(
  id: string,
  kernels: readonly Promise<void>[],
  outOfMemory: Promise<GPUError | null>,
  invalid: Promise<GPUError | null>,
): Promise<void> {
  await Promise.all(kernels);
  if (await outOfMemory) throw new Error(`The GPU has no room for the state of ${id}: use a smaller model.`);
  const error = await invalid;
  if (error) throw new Error(`The state of ${id} could not be set up on the GPU: ${error.message}`);
}
