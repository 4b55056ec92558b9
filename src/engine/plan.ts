import type { ParamLayout } from '../kernels/layout.ts';
import type { BackendId } from './config.ts';
import type { Failure } from './protocol.ts';

/** Memory limits of the place where a race runs, in bytes. */
export interface MemoryLimits {
  readonly backend: BackendId;
  /** Largest single storage-buffer binding. */
  readonly bindingBytes: number;
  /** Everything a race may hold at once. */
  readonly totalBytes: number;
  /** Arenas for intermediate values: one per thread, which its runs use one after the other, or one for every run. */
  readonly arenas: number | 'per run';
}

/** WASM's address space ends at 4 GiB and browsers often refuse much less; the WebGPU budget is what integrated GPUs share without swapping. */
export const TOTAL_BUDGET_BYTES = 1024 ** 3;

/** What the memory of a race follows from. Counts are elements unless named otherwise. */
export interface RaceShape {
  readonly layout: ParamLayout;
  /** Optimizer slots of each run, vectors as large as its parameters, in run order. */
  readonly slots: readonly number[];
  /** Whether some run is evaluated at a point of its own: then all runs have a vector for the point that is evaluated. */
  readonly hasEvalPoint: boolean;
  /** Sample values per run and step. */
  readonly sampleWidth: number;
  /** Distinct seeds: each has its own batches. */
  readonly seeds: number;
  readonly totalSteps: number;
  /** Intermediate values of one run's training step and of its evaluation. */
  readonly trainingBytes: number;
  readonly evaluationBytes: number;
  /** All data arrays together. */
  readonly dataBytes: number;
}

/** Consecutive runs that are computed together. Groups advance in lockstep, so results do not depend on how runs are grouped. */
export interface RunGroup {
  readonly firstRun: number;
  readonly runs: number;
}

export interface RacePlan {
  readonly groups: readonly RunGroup[];
  /** What the race holds, all groups. */
  readonly plannedBytes: number;
}

const FLOAT_BYTES = 4;
/** Parameters, start point and gradient. */
const PARAM_VECTORS = 3;
/** Values per run and step that an optimizer's tables hold: schedule, lr and bias corrections. */
const TABLE_VALUES = 4;
/** A device's ring of samples and the buffer it is read through; in WebAssembly samples are float64. */
const SAMPLE_COPIES = 2;
/** Rows of samples kept on the device before they are fetched. */
export const SAMPLE_CAPACITY = 512;

function refuse(message: string, advice: string, control: string): Failure {
  return { kind: 'too-large', message, advice, control };
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2).toLocaleString('en')} MiB`;

/**
 * Plans the memory of a race before any of it is taken: the groups that fit the limits, or the refusal that names the control to change.
 * All groups are held at the same time; each buffer of a group has to fit one binding.
 */
export function planRace(shape: RaceShape, limits: MemoryLimits): RacePlan | Failure {
  const { layout, slots, trainingBytes, evaluationBytes, dataBytes } = shape;
  const runs = slots.length;
  const rowBytes = layout.n * FLOAT_BYTES;
  const vectors = PARAM_VECTORS + (shape.hasEvalPoint ? 1 : 0);
  const stateBytes = slots.reduce((sum, count) => sum + (vectors + count) * rowBytes, 0);
  const tableBytes = runs * shape.totalSteps * TABLE_VALUES * FLOAT_BYTES;
  const ringBytes = SAMPLE_COPIES * runs * shape.sampleWidth * Math.min(SAMPLE_CAPACITY, shape.totalSteps) * FLOAT_BYTES;
  const residentBytes = stateBytes + tableBytes + ringBytes + dataBytes;
  const where = limits.backend === 'webgpu' ? 'this WebGPU device' : 'WebAssembly';

  if (rowBytes > limits.bindingBytes) {
    return refuse(
      `One run's ${layout.size.toLocaleString('en')} parameters take ${mebibytes(rowBytes)}; ${where} allows ${mebibytes(limits.bindingBytes)} in one piece.`,
      'Choose a smaller width or depth.',
      'width',
    );
  }
  if (dataBytes > limits.totalBytes) {
    return refuse(
      `The data set takes ${mebibytes(dataBytes)}; ${where} allows ${mebibytes(limits.totalBytes)}.`,
      'Choose another workload.',
      'workload',
    );
  }
  if (residentBytes > limits.totalBytes) {
    const control = runs > 1 && stateBytes / runs + dataBytes < limits.totalBytes ? (shape.seeds > 1 ? 'seeds' : 'racers') : 'width';
    const advice = {
      seeds: 'Use fewer seeds or a smaller width.',
      racers: 'Use fewer optimizers or a smaller width.',
      width: 'Choose a smaller width or depth.',
    }[control];
    return refuse(
      `This race of ${runs} runs needs ${mebibytes(residentBytes)} for parameters, optimizer state and data; ${where} has a budget of ${mebibytes(limits.totalBytes)}.`,
      advice,
      control,
    );
  }

  // A thread's arena serves training and evaluation in turn; a run's own ones on a device exist side by side.
  const arenaBytes = limits.arenas === 'per run' ? trainingBytes + evaluationBytes : Math.max(trainingBytes, evaluationBytes);
  const arenas = limits.arenas === 'per run' ? runs : Math.min(limits.arenas, runs);
  const left = limits.totalBytes - residentBytes;
  const largestArena = Math.max(trainingBytes, evaluationBytes);
  if (arenaBytes > left || (limits.arenas === 'per run' && largestArena > limits.bindingBytes)) {
    return refuse(
      `The intermediate values of one run take ${mebibytes(arenaBytes)}; ${mebibytes(Math.min(left, limits.bindingBytes))} are left on ${where}.`,
      'Use a smaller batch size or width.',
      'batch',
    );
  }
  if (arenas * arenaBytes > left) {
    const control = shape.seeds > 1 ? 'seeds' : 'racers';
    return refuse(
      `The intermediate values of ${arenas} runs take ${mebibytes(arenas * arenaBytes)}; ${mebibytes(left)} are left on ${where}.`,
      `Use ${shape.seeds > 1 ? 'fewer seeds' : 'fewer optimizers'} or a smaller batch size.`,
      control,
    );
  }
  const plannedBytes = residentBytes + arenas * arenaBytes;
  if (limits.arenas !== 'per run') return { groups: [{ firstRun: 0, runs }], plannedBytes };

  const largestPerRun = Math.max(rowBytes * Math.max(...slots, 1), largestArena);
  const perGroup = Math.max(1, Math.min(runs, Math.floor(limits.bindingBytes / largestPerRun)));
  // Equal group sizes, so that groups share what depends on the number of runs.
  const size = Math.ceil(runs / Math.ceil(runs / perGroup));
  const groups: RunGroup[] = [];
  for (let firstRun = 0; firstRun < runs; firstRun += size) groups.push({ firstRun, runs: Math.min(size, runs - firstRun) });
  // Each group has its own copy of the data.
  return { groups, plannedBytes: plannedBytes + (groups.length - 1) * dataBytes };
}

export function isFailure(plan: RacePlan | Failure): plan is Failure {
  return 'kind' in plan;
}
