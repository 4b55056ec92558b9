import type { ParamLayout } from '../kernels/layout.ts';
import type { BackendId } from './config.ts';
import type { Failure } from './protocol.ts';

/** Memory limits of the place where a race runs, in bytes. */
export interface MemoryLimits {
  readonly backend: BackendId;
  /** Largest single tensor or storage-buffer binding. */
  readonly bindingBytes: number;
  /** Everything a race may hold at once. */
  readonly totalBytes: number;
  /** Forward multiply-adds of one group's step that keep it well below the page's watchdog. */
  readonly groupWork: number;
}

/** WASM's address space ends at 4 GiB and browsers often refuse much less; the WebGPU budget is what integrated GPUs share without swapping. */
export const TOTAL_BUDGET_BYTES = 1024 ** 3;
/** The binding limit every WebGPU device has. */
export const DEFAULT_BINDING_BYTES = 128 * 1024 ** 2;

/** About half a second of tfjs WASM's batched matMul (0.7e9 multiply-adds per second measured), forward and backward. */
export const WASM_GROUP_WORK = 1e8;

/** What the memory of a race follows from. Counts are elements unless named otherwise. */
export interface RaceShape {
  readonly layout: ParamLayout;
  /** Optimizer slots of each run, in run order. */
  readonly slots: readonly number[];
  /** Sample values per run and step. */
  readonly sampleWidth: number;
  readonly batch: number;
  /** Distinct seeds: each has its own batches. */
  readonly seeds: number;
  readonly totalSteps: number;
  /** `Model.activationBytes`: per run and example, forward and backward together. */
  readonly activationBytes: number;
  /** `Model.multiplyAdds`: forward, per run and example. */
  readonly multiplyAdds: number;
  readonly validationRows: number;
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
  /** Validation rows evaluated at once. */
  readonly evaluationRows: number;
  /** Upper estimate of what the race holds, all groups. */
  readonly plannedBytes: number;
}

const FLOAT_BYTES = 4;
/** Parameters, gradient, start point, and copies made while splitting parameters and joining gradients. */
const PARAM_COPIES = 6;
/** Temporaries of an optimizer step made of separate operations, in parameter vectors beside its slots. */
const STEP_COPIES = 4;
/** Rows of samples kept on the device before they are fetched. */
export const SAMPLE_CAPACITY = 512;

function refuse(message: string, advice: string, control: string): Failure {
  return { kind: 'too-large', message, advice, control };
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2).toLocaleString('en')} MiB`;

/**
 * Plans the memory of a race before any of it is taken: the groups that fit the limits, or the refusal that names the control to change.
 * A group is limited by its largest binding and by the working memory of one step; state of all groups is held at the same time.
 */
export function planRace(shape: RaceShape, limits: MemoryLimits): RacePlan | Failure {
  const rowBytes = shape.layout.n * FLOAT_BYTES;
  const stateBytes = shape.slots.reduce((sum, slots) => sum + (PARAM_COPIES + 2 * slots) * rowBytes, 0);
  const runs = shape.slots.length;
  const tableBytes = runs * shape.totalSteps * 4 * FLOAT_BYTES;
  const ringBytes = runs * shape.sampleWidth * Math.min(SAMPLE_CAPACITY, shape.totalSteps) * FLOAT_BYTES;
  const residentBytes = stateBytes + tableBytes + ringBytes + shape.dataBytes;
  const where = limits.backend === 'webgpu' ? 'this WebGPU device' : 'WebAssembly';

  if (rowBytes > limits.bindingBytes) {
    return refuse(
      `One run's ${shape.layout.size.toLocaleString('en')} parameters take ${mebibytes(rowBytes)}; ${where} allows ${mebibytes(limits.bindingBytes)} in one piece.`,
      'Choose a smaller width or depth.',
      'width',
    );
  }
  if (shape.dataBytes > limits.totalBytes) {
    return refuse(
      `The data set takes ${mebibytes(shape.dataBytes)}; ${where} allows ${mebibytes(limits.totalBytes)}.`,
      'Choose another workload.',
      'workload',
    );
  }
  if (residentBytes > limits.totalBytes) {
    const control = runs > 1 && stateBytes / runs + shape.dataBytes < limits.totalBytes ? (shape.seeds > 1 ? 'seeds' : 'racers') : 'width';
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

  const workspace = limits.totalBytes - residentBytes;
  const slotsMost = Math.max(...shape.slots);
  const trainBytes = shape.batch * shape.activationBytes;
  const perRun = (rows: number): number => rows * shape.activationBytes + STEP_COPIES * rowBytes;
  if (perRun(shape.batch) > workspace || trainBytes > limits.bindingBytes) {
    return refuse(
      `The activations of one run at batch size ${shape.batch} take ${mebibytes(perRun(shape.batch))}; ${mebibytes(Math.min(workspace, limits.bindingBytes))} are left on ${where}.`,
      'Use a smaller batch size or width.',
      'batch',
    );
  }
  const perGroup = Math.max(
    1,
    Math.min(
      runs,
      Math.floor(workspace / perRun(shape.batch)),
      Math.floor(limits.groupWork / (shape.batch * shape.multiplyAdds)),
      Math.floor(limits.bindingBytes / Math.max(rowBytes * Math.max(slotsMost, 1), trainBytes)),
    ),
  );
  const groups: RunGroup[] = [];
  // Equal group sizes, so that groups share compiled shapes.
  const count = Math.ceil(runs / perGroup);
  const size = Math.ceil(runs / count);
  for (let firstRun = 0; firstRun < runs; firstRun += size) groups.push({ firstRun, runs: Math.min(size, runs - firstRun) });

  const evaluationRows = Math.max(
    1,
    Math.min(
      shape.validationRows,
      Math.floor(workspace / (size * shape.activationBytes)),
      Math.floor(limits.bindingBytes / (size * shape.activationBytes)),
    ),
  );
  const workingBytes = Math.max(size * perRun(shape.batch), size * evaluationRows * shape.activationBytes);
  return { groups, evaluationRows, plannedBytes: residentBytes + Math.min(workingBytes, workspace) };
}

export function isFailure(plan: RacePlan | Failure): plan is Failure {
  return 'kind' in plan;
}
