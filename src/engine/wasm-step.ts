import { CompiledOptimizer } from '../kernels/compiler/traced/compiled-optimizer.ts';
import { EXTERNALS } from '../kernels/compiler/traced/externals.ts';
import { evalSegments, type OptimizerPlan, planOptimizer, stepSegments } from '../kernels/compiler/traced/optimizer-plan.ts';
import { optimizerSchedules } from '../kernels/compiler/traced/wasm-runner.ts';
import { WasmProgram } from '../kernels/compiler/wasm/wasm-program.ts';
import type { RowStatus, RunnerSamples } from '../kernels/optimizer-runner.ts';
import { NETWORK_INPUTS, type NetworkPlan, schedulesOf } from './network-plan.ts';
import { nextTask } from './next-task.ts';
import { SAMPLE_CAPACITY } from './plan.ts';
import type { StepSpec } from './runtime.ts';
import { hasExternal } from './schedule-externals.ts';
import { dataInput, WRITING } from './step-graphs.ts';
import type { ThreadTeam } from './threads/thread-team.ts';
import type { Threads } from './threads/threads.ts';
import type { BatchIndices, Evaluation, RunPredictions, TrainStep } from './train-step.ts';

const TRAINING = 'training';
const STEP = 'step';
const POINTS = 'evaluation points';
const WRITING_START = 'start of writing';
const WRITING_STEP = 'writing step';
const WRITE = 'writing';
const evaluationPart = (index: number): string => `evaluation ${index}`;

/** Whatever takes longer lets other tasks run between runs, so that the page can pause a race and sees that it is alive. */
const BREATHE_MS = 200;

/** Parts and entries of the one program that all runs share: network, optimizers and evaluation. */
function programOf(network: NetworkPlan, optimizer: OptimizerPlan, runs: number) {
  const evaluations = network.evaluations.map(({ schedule }, index) => [evaluationPart(index), schedule] as const);
  const { writing } = network;
  return {
    parts: {
      [TRAINING]: network.training,
      ...optimizerSchedules(optimizer),
      ...Object.fromEntries(evaluations),
      ...(writing === null ? {} : { [WRITING_START]: writing.start, [WRITING_STEP]: writing.next }),
    },
    entries: {
      ...(writing === null
        ? {}
        : { [WRITE]: [{ firstRun: 0, runs, parts: [WRITING_START, ...Array<string>(writing.steps).fill(WRITING_STEP)] }] }),
      [STEP]: stepSegments(optimizer, [TRAINING]),
      ...(optimizer.hasEvalPoint ? { [POINTS]: evalSegments(optimizer) } : {}),
      ...Object.fromEntries(evaluations.map(([part]) => [part, [{ firstRun: 0, runs, parts: [part] }]])),
    },
  };
}

/**
 * Training steps compiled to one WebAssembly module: each run's network, then its optimizer. Runs are spread over threads where that pays;
 * which thread makes a run changes no bit of it.
 */
export class WasmStep implements TrainStep {
  readonly #spec: StepSpec;
  readonly #program: WasmProgram;
  readonly #optimizer: CompiledOptimizer;
  /** Runs whose optimizer names a point to evaluate. */
  readonly #pointed: readonly number[];
  readonly #team: ThreadTeam | null;
  /** Where each run's row numbers go; null for a network that reads no data. */
  readonly #indices: readonly Int32Array[] | null;
  readonly #all: readonly number[];
  /** Runs that still train. */
  #active: readonly number[];

  /** Compiles the program and takes its memory. Throws where a kernel does not compile or there is no room. */
  static async create(spec: StepSpec, threads: Threads | null): Promise<WasmStep> {
    const { network, runs, onProgress } = spec;
    const optimizer = planOptimizer(spec.optimizer);
    const { parts, entries } = programOf(network, optimizer, runs.length);
    const kernels = Object.values(parts).reduce((sum, part) => sum + part.kernels.length, 0);
    onProgress(0, kernels);
    const arenas = threads?.wanted(runs.length, network.operations) ?? 1;
    const program = await WasmProgram.create({ parts, entries, runs: runs.length, arenas, memory: arenas > 1 ? 'shared' : 'plain' });
    const team = arenas > 1 && threads !== null ? await threads.team(program.share(), arenas, runs.length) : null;
    onProgress(kernels, kernels);
    return new WasmStep(spec, optimizer, program, team);
  }

  private constructor(spec: StepSpec, optimizer: OptimizerPlan, program: WasmProgram, team: ThreadTeam | null) {
    const { network, data, runs } = spec;
    this.#spec = spec;
    this.#program = program;
    this.#pointed = optimizer.spec.rows.flatMap(({ program }, run) => (program.evalPoint === undefined ? [] : [run]));
    this.#team = team;
    this.#all = runs.map((_, run) => run);
    this.#active = this.#all;
    const schedules = schedulesOf(network);
    for (const [name, { values }] of Object.entries(data.arrays)) {
      const input = dataInput(name);
      if (!schedules.some((schedule) => hasExternal(schedule, input))) continue;
      if (values instanceof Int32Array) program.int32(input).set(values);
      else program.float32(input).set(values);
    }
    const isRead = (name: string): boolean => hasExternal(network.training, name);
    runs.forEach(({ racer, seed }, run) => {
      if (isRead(NETWORK_INPUTS.labelSmoothing)) program.float32(NETWORK_INPUTS.labelSmoothing, run)[0] = racer.labelSmoothing;
      if (isRead(NETWORK_INPUTS.dropout)) program.float32(NETWORK_INPUTS.dropout, run)[0] = racer.dropout;
      if (isRead(NETWORK_INPUTS.auxDropout)) program.float32(NETWORK_INPUTS.auxDropout, run)[0] = racer.auxDropout;
      if (isRead(NETWORK_INPUTS.seed)) program.int32(NETWORK_INPUTS.seed, run)[0] = seed;
    });
    this.#indices = isRead(NETWORK_INPUTS.indices) ? this.#all.map((run) => program.int32(NETWORK_INPUTS.indices, run)) : null;
    this.#optimizer = new CompiledOptimizer(optimizer, program, SAMPLE_CAPACITY);
  }

  step(t: number, batches: BatchIndices): Promise<void> | undefined {
    const optimizer = this.#optimizer;
    if (t !== optimizer.raceStep) throw new Error(`Step ${t} was asked for; the next one is ${optimizer.raceStep}.`);
    this.#indices?.forEach((target, run) => {
      const { seed } = this.#spec.runs[run] as StepSpec['runs'][number];
      const rows = batches.get(seed);
      if (rows === undefined) throw new Error(`There is no batch for seed ${seed}.`);
      target.set(rows);
    });
    optimizer.prepare();
    const rest = this.#make(STEP, this.#active);
    if (rest !== undefined) return rest.then(() => this.#collect());
    this.#collect();
  }

  async readSamples(): Promise<RunnerSamples> {
    return this.#optimizer.readSamples();
  }

  async status(): Promise<readonly RowStatus[]> {
    return this.#optimizer.status();
  }

  async evaluate(): Promise<Evaluation> {
    if (this.#pointed.length === 0) return { atPoint: await this.#evaluate(this.#all), atParams: null, written: await this.#write() };
    await this.#make(POINTS, this.#all);
    const atPoint = await this.#evaluate(this.#all);
    const written = await this.#write();
    // The same once more, with the parameters in place of the points.
    for (const run of this.#pointed) {
      this.#program.float32(EXTERNALS.evalPoint, run).set(this.#program.float32(EXTERNALS.params, run));
    }
    return { atPoint, atParams: await this.#evaluate(this.#pointed), written };
  }

  async #write(): Promise<RunPredictions | null> {
    const { writing } = this.#spec.network;
    if (writing === null) return null;
    await this.#make(WRITE, this.#all);
    return this.#all.map((run) => Float32Array.from(this.#program.float32(WRITING.state, run).subarray(0, writing.size)));
  }

  async #evaluate(runs: readonly number[]): Promise<RunPredictions> {
    const { network, data } = this.#spec;
    const { predictionWidth } = network;
    const predictions = this.#all.map((run) => (runs.includes(run) ? new Float32Array(data.validationRows * predictionWidth) : null));
    for (const [index, { rowsInput, output, rows, starts }] of network.evaluations.entries()) {
      for (const start of starts) {
        const numbers = this.#program.int32(rowsInput);
        for (let i = 0; i < rows; i++) numbers[i] = data.trainRows + start + i;
        await this.#make(evaluationPart(index), runs);
        for (const run of runs) predictions[run]?.set(this.#program.float32(output, run), start * predictionWidth);
      }
    }
    return predictions;
  }

  dispose(): void {
    this.#team?.dispose();
  }

  #collect(): void {
    const optimizer = this.#optimizer;
    optimizer.collect();
    if (this.#active.some((run) => !optimizer.isActive(run))) this.#active = this.#active.filter((run) => optimizer.isActive(run));
  }

  /** Calls an entry of the program for some runs, on all threads. What takes long is done when the promise is. */
  #make(entry: string, runs: readonly number[]): Promise<void> | undefined {
    const own = this.#team?.start(entry, runs) ?? runs;
    const made = this.#callSome(entry, own, 0);
    if (made < own.length) return this.#makeRest(entry, own, made);
    this.#team?.join();
  }

  async #makeRest(entry: string, own: readonly number[], first: number): Promise<void> {
    for (let made = first; made < own.length; made = this.#callSome(entry, own, made)) await nextTask();
    this.#team?.join();
  }

  /** Calls an entry for the runs from number `first` on until time is up; returns the number of the next one. */
  #callSome(entry: string, runs: readonly number[], first: number): number {
    const start = performance.now();
    let next = first;
    while (next < runs.length && (next === first || performance.now() - start < BREATHE_MS)) {
      this.#program.call(entry, runs[next], 1, 0);
      next += 1;
    }
    return next;
  }
}
