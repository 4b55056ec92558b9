import type { Schedule } from '../kernels/compiler/schedule.ts';
import { EXTERNALS } from '../kernels/compiler/traced/externals.ts';
import type { AdapterClass } from '../kernels/compiler/wgsl/adapter-class.ts';
import { GpuProgram } from '../kernels/compiler/wgsl/gpu-program.ts';
import { FusedRunner, type StepBuffers } from '../kernels/fused/fused-runner.ts';
import { encodeReadBack } from '../kernels/fused/read-back.ts';
import type { RowStatus, RunnerSamples } from '../kernels/optimizer-runner.ts';
import type { LoadedData } from '../workloads/definition.ts';
import { BatchStaging } from './batch-staging.ts';
import { type EvaluationPlan, NETWORK_INPUTS, schedulesOf, type WritingPlan } from './network-plan.ts';
import { SAMPLE_CAPACITY } from './plan.ts';
import { type CompileProgress, joinedProgress } from './progress.ts';
import type { StepSpec } from './runtime.ts';
import { hasExternal } from './schedule-externals.ts';
import { dataInput, WRITING } from './step-graphs.ts';
import type { BatchIndices, Evaluation, RunPredictions, TrainStep } from './train-step.ts';

/**
 * Operations that one submission may hold. On hardware some 20 to 50 ms of work, far from every driver's watchdog; a software adapter has none,
 * and a submission costs it half a millisecond of the host's time. Reading samples submits what there is, so a race that is watched never waits.
 */
const SUBMIT_OPERATIONS: Readonly<Record<AdapterClass, number>> = { hardware: 2e9, software: 1e9 };
const MOST_STEPS_PER_SUBMIT = 32;
const WORD = 4;

interface EvaluationProgram {
  readonly plan: EvaluationPlan;
  readonly program: GpuProgram;
}

interface WritingPrograms {
  readonly plan: WritingPlan;
  readonly start: GpuProgram;
  readonly next: GpuProgram;
}

/** Everything of a group that lives on the device. */
interface Parts {
  readonly training: GpuProgram;
  readonly evaluations: readonly EvaluationProgram[];
  readonly writing: WritingPrograms | null;
  readonly fused: FusedRunner;
  readonly data: Readonly<Record<string, GPUBuffer>>;
  /** Numbers of the validation rows, int32. */
  readonly validationRows: GPUBuffer;
}

/**
 * Training steps as WGSL kernels on a WebGPU device: the network's, then the fused optimizer kernels, replayed from commands that depend on
 * no value. What a step needs from the host (row numbers, step number) goes through a staging buffer that is written once per submission;
 * several steps share one submission. Nothing is read back until someone asks.
 */
export class GpuStep implements TrainStep {
  readonly #device: GPUDevice;
  readonly #spec: StepSpec;
  readonly #parts: Parts;
  readonly #inputs: StepBuffers;
  readonly #batches: BatchStaging;
  #encoder: GPUCommandEncoder | null = null;

  /** Compiles everything and takes the group's memory. Throws where the device lacks memory or a kernel does not compile. */
  static async create(device: GPUDevice, adapter: AdapterClass, spec: StepSpec): Promise<GpuStep> {
    const { network, optimizer, runs, data, onProgress } = spec;
    const schedules = schedulesOf(network);
    const progress = joinedProgress(1 + schedules.length, onProgress);
    const { writing } = network;
    const dataBuffers = {
      ...uploadData(device, data),
      // What one program starts, another goes on with.
      ...(writing === null ? {} : { [WRITING.state]: stateBuffer(device, runs.length * writing.stateSize) }),
    };
    const owned: { dispose(): void }[] = [];
    const keep = async <T extends { dispose(): void }>(part: Promise<T>): Promise<T> => {
      const made = await part;
      owned.push(made);
      return made;
    };
    try {
      // Optimizer and network compile side by side.
      const optimizing = keep(
        FusedRunner.create(device, optimizer, {
          observeEvery: spec.observeEvery,
          sampleCapacity: SAMPLE_CAPACITY,
          onProgress: progress(0),
        }),
      );
      const externals = optimizing.then((made) => ({
        ...dataBuffers,
        [EXTERNALS.params]: made.params,
        [EXTERNALS.evalPoint]: made.evalParams,
      }));
      // Whoever waits for it throws its error; nobody may be waiting yet when it occurs.
      externals.catch(() => {});
      const compile = (schedule: Schedule, onCompiled: CompileProgress): Promise<GpuProgram> =>
        keep(GpuProgram.create(device, schedule, { runs: runs.length, adapter, externals, onProgress: onCompiled }));
      const settled = await Promise.allSettled(schedules.map((schedule, index) => compile(schedule, progress(1 + index))));
      const fused = await optimizing;
      const [training, ...programs] = settled.map((result) => {
        if (result.status === 'rejected') throw result.reason;
        return result.value;
      });
      const evaluations = network.evaluations.map((plan, index) => ({ plan, program: programs[index] as GpuProgram }));
      return new GpuStep(device, adapter, spec, {
        training: training as GpuProgram,
        evaluations,
        writing: writing === null ? null : { plan: writing, start: programs.at(-2) as GpuProgram, next: programs.at(-1) as GpuProgram },
        fused,
        data: dataBuffers,
        validationRows: uploadArray(
          device,
          'numbers of validation rows',
          Int32Array.from({ length: data.validationRows }, (_, row) => data.trainRows + row),
        ),
      });
    } catch (error) {
      for (const part of owned) part.dispose();
      for (const buffer of Object.values(dataBuffers)) buffer.destroy();
      throw error;
    }
  }

  private constructor(device: GPUDevice, adapter: AdapterClass, spec: StepSpec, parts: Parts) {
    const { network, runs, batch } = spec;
    const { training } = parts;
    this.#device = device;
    this.#spec = spec;
    this.#parts = parts;
    const seeds = runs.map(({ seed }) => seed);
    const find = (name: string): GPUBuffer | null => (hasExternal(network.training, name) ? training.buffer(name) : null);
    this.#inputs = { grads: training.buffer('grads'), objective: training.buffer('objective'), loss: training.buffer('loss') };
    const operations = network.operations * runs.length;
    const steps = Math.max(1, Math.min(MOST_STEPS_PER_SUBMIT, Math.floor(SUBMIT_OPERATIONS[adapter] / operations)));
    this.#batches = new BatchStaging(
      device,
      { seeds, batch, lookups: network.lookups, steps },
      {
        indices: find(NETWORK_INPUTS.indices),
        stepNumber: find(NETWORK_INPUTS.step),
        lookup: ({ name }) => training.buffer(name),
      },
    );
    const write = (name: string, values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>): void => {
      const buffer = find(name);
      if (buffer !== null) device.queue.writeBuffer(buffer, 0, values);
    };
    write(
      NETWORK_INPUTS.labelSmoothing,
      Float32Array.from(runs, ({ racer }) => racer.labelSmoothing),
    );
    write(
      NETWORK_INPUTS.dropout,
      Float32Array.from(runs, ({ racer }) => racer.dropout),
    );
    write(
      NETWORK_INPUTS.auxDropout,
      Float32Array.from(runs, ({ racer }) => racer.auxDropout),
    );
    write(NETWORK_INPUTS.seed, Int32Array.from(seeds));
  }

  step(t: number, batches: BatchIndices): undefined {
    const { training, fused } = this.#parts;
    const encoder = this.#openEncoder();
    this.#batches.add(encoder, t, batches);
    const pass = encoder.beginComputePass({ label: 'training step' });
    training.encode(pass);
    fused.encodePass(pass, this.#inputs);
    pass.end();
    if (this.#batches.isFull) this.#submit();
  }

  readSamples(): Promise<RunnerSamples> {
    this.#submit();
    return this.#parts.fused.readSamples();
  }

  status(): Promise<readonly RowStatus[]> {
    this.#submit();
    return this.#parts.fused.status();
  }

  async evaluate(): Promise<Evaluation> {
    const { fused } = this.#parts;
    const atPoint = this.#evaluate((encoder) => fused.encodeEvalPoints(encoder));
    const written = this.#write();
    if (fused.evalParams === fused.params) return { atPoint: await atPoint, atParams: null, written: await written };
    // The same once more, with the parameters in place of the points.
    const atParams = this.#evaluate((encoder) => fused.encodeEvalAtParams(encoder));
    return { atPoint: await atPoint, atParams: await atParams, written: await written };
  }

  /** What all runs write at what is in the fused runner's `evalParams` now. All work is queued at once. */
  async #write(): Promise<RunPredictions | null> {
    const { writing } = this.#parts;
    if (writing === null) return null;
    const { plan, start, next } = writing;
    const encoder = this.#device.createCommandEncoder({ label: 'writing' });
    const pass = encoder.beginComputePass({ label: 'writing' });
    start.encode(pass);
    for (let step = 0; step < plan.steps; step++) next.encode(pass);
    pass.end();
    const read = encodeReadBack(this.#device, encoder, start.buffer(WRITING.state));
    this.#device.queue.submit([encoder.finish()]);
    const state = await read();
    return this.#spec.runs.map((_, run) => new Float32Array(state, run * plan.stateSize * WORD, plan.size));
  }

  /** Predictions of all runs at what `encodePoints` leaves in the fused runner's `evalParams`. All work is queued at once. */
  async #evaluate(encodePoints: (encoder: GPUCommandEncoder) => void): Promise<RunPredictions> {
    encodePoints(this.#openEncoder());
    const { runs, data, network } = this.#spec;
    const { predictionWidth } = network;
    const slices = this.#parts.evaluations.flatMap(({ plan, program }) => plan.starts.map((start) => ({ plan, program, start })));
    const reads = slices.map(({ plan: { rows, rowsInput, output }, program, start }) => {
      const encoder = this.#openEncoder();
      encoder.copyBufferToBuffer(this.#parts.validationRows, WORD * start, program.buffer(rowsInput), 0, WORD * rows);
      const pass = encoder.beginComputePass({ label: 'evaluation' });
      program.encode(pass);
      pass.end();
      const read = encodeReadBack(this.#device, encoder, program.buffer(output));
      this.#submit();
      return read();
    });
    const predictions = runs.map(() => new Float32Array(data.validationRows * predictionWidth));
    (await Promise.all(reads)).forEach((bytes, slice) => {
      const { plan, start } = slices[slice] as (typeof slices)[number];
      const size = plan.rows * predictionWidth;
      predictions.forEach((own, run) => {
        own.set(new Float32Array(bytes, run * size * WORD, size), start * predictionWidth);
      });
    });
    return predictions;
  }

  dispose(): void {
    const { training, evaluations, writing, fused, data, validationRows } = this.#parts;
    this.#encoder = null;
    writing?.start.dispose();
    writing?.next.dispose();
    training.dispose();
    for (const { program } of evaluations) program.dispose();
    fused.dispose();
    for (const buffer of Object.values(data)) buffer.destroy();
    validationRows.destroy();
    this.#batches.dispose();
  }

  #openEncoder(): GPUCommandEncoder {
    this.#encoder ??= this.#device.createCommandEncoder({ label: 'training steps' });
    return this.#encoder;
  }

  /** Hands over what is encoded so far. */
  #submit(): void {
    if (this.#encoder === null) return;
    this.#batches.flush();
    this.#device.queue.submit([this.#encoder.finish()]);
    this.#encoder = null;
  }
}

const stateBuffer = (device: GPUDevice, elements: number): GPUBuffer =>
  device.createBuffer({ label: WRITING.state, size: elements * WORD, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });

/** The data's arrays on the device, under the names of the network's inputs. */
function uploadData(device: GPUDevice, { arrays }: LoadedData): Readonly<Record<string, GPUBuffer>> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { values }]) => [
      dataInput(name),
      uploadArray(device, dataInput(name), values as Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>),
    ]),
  );
}

function uploadArray(device: GPUDevice, label: string, values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffer = device.createBuffer({ label, size: values.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, values);
  return buffer;
}
