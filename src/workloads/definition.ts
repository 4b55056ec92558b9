import type { TensorSpec } from '../kernels/layout.ts';
import type { Tensor } from '../kernels/tf.ts';
import type { Exhibit } from './exhibit.ts';

/** Values of a workload's options, e.g. { width: 64, depth: 2 } or { problem: 'glass' }. */
export type WorkloadOptions = Readonly<Record<string, number | string>>;

export type WorkloadOptionSpec =
  | {
      readonly kind: 'integer';
      readonly label: string;
      readonly doc: string;
      readonly value: number;
      readonly min: number;
      readonly max: number;
    }
  | {
      readonly kind: 'choice';
      readonly label: string;
      readonly doc: string;
      readonly value: string;
      /** True: other choices are held-out variants of the same workload on the same data. What was tuned for the base is offered for them too. */
      readonly isVariant?: boolean;
      readonly choices: readonly { readonly id: string; readonly label: string; readonly note?: string }[];
    };

/** A parameter tensor and how a run's copy starts. */
export interface ParameterSpec extends TensorSpec {
  /** Initial values, float32, for one seed: a pure function of (seed, tensor index). Length = product of shape. */
  init(seed: number, tensorIndex: number): Float32Array;
}

/** The data set's arrays as the workload needs them, already normalised, plus what the page shows beside it. */
export interface LoadedData {
  readonly trainRows: number;
  readonly validationRows: number;
  /** Named float32 / int32 arrays, row-major, train rows first. */
  readonly arrays: Readonly<Record<string, { readonly values: Float32Array | Int32Array; readonly rowShape: readonly number[] }>>;
  /** Words that reports need: names of classes, a vocabulary. */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  readonly attribution: DataAttribution;
}

export interface DataAttribution {
  readonly title: string;
  readonly description: string;
  readonly attribution: string;
  readonly spdx: string;
  readonly licenceUrl: string;
}

/** One file below public/data as it was committed. */
export interface DataFile {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
}

/**
 * Fetches one file of public/data; `onProgress` gets bytes done and total. Checksums are verified by the data loader, which passes what it
 * expects so that a fetcher can keep verified copies; wrappers should hand `expected` on.
 */
export type FetchFile = (
  path: string,
  onProgress?: (doneBytes: number, totalBytes: number) => void,
  expected?: DataFile,
) => Promise<ArrayBuffer>;

/** One mini-batch or evaluation slice as tensors. Leading axis 1 (shared by all runs) or R. */
export interface Batch {
  readonly tensors: Readonly<Record<string, Tensor>>; // (1 or R, batch, ...rowShape)
}

/** Per-run regularization, each (R, 1) so that it broadcasts over per-example losses. */
export interface Regularization {
  readonly labelSmoothing: Tensor; // (R, 1)
  readonly dropout: Tensor; // (R, 1) drop probability
  /** Drop probability of what AlgoPerf calls auxiliary dropout: of attention weights, or as the workload says. */
  readonly auxDropout: Tensor; // (R, 1)
  /** False: no run of the race drops anything, and models leave the masks out; the bits are the same, as a mask of ones multiplies exactly. */
  readonly hasDropout?: boolean;
  /** Uniform numbers in [0, 1) that depend on (run's seed, step, layer, index) only: same for all runs of one seed. Shape (R, ...shape). */
  uniform(layer: number, shape: readonly number[]): Tensor;
}

/**
 * What a network writes, symbol by symbol: each one from those before it. The engine makes the steps, so that one of them is compiled and not
 * all of them.
 */
export interface Writer {
  /** It writes for so many validation rows, the first ones. */
  readonly rows: number;
  readonly steps: number;
  /**
   * What the first step is given: float32 tensors (R * ..., ...), of which the first one, (R, rows, K), is what has been written so far.
   * `batch`: the rows, shared by all runs.
   */
  start(params: readonly Tensor[], batch: Batch): readonly Tensor[];
  /** The same tensors after one step. `step` (1): its number, from 0, float32. */
  next(params: readonly Tensor[], state: readonly Tensor[], step: Tensor): readonly Tensor[];
}

/** The network of one race, with static shapes. Every parameter tensor arrives as (R, ...shape). Keep every tensor at rank <= 4. */
export interface Network {
  readonly parameters: readonly ParameterSpec[];
  /**
   * `objective` (R): what is differentiated (label smoothing, dropout, ridge included).
   * `loss` (R): plain, unsmoothed cross-entropy of the same forward pass, for the charts.
   */
  trainLoss(params: readonly Tensor[], batch: Batch, reg: Regularization): { readonly objective: Tensor; readonly loss: Tensor };
  /**
   * What a deterministic forward pass says of each row, e.g. its loss, its logits, the words it decodes: (R, B, K) float32. A row's values
   * may depend on no other row of the batch, so that it does not matter how validation rows are cut into batches.
   * `calibration`: the first `calibrationRows` training rows as one batch, shared by all runs, for statistics that training takes from its
   * own batches (batch normalization); null where the model asks for none.
   */
  predict(params: readonly Tensor[], batch: Batch, calibration: Batch | null): Tensor;
  /** Training rows that `predict` takes its statistics from; none if missing. */
  readonly calibrationRows?: number;
  /** For networks that write. */
  readonly writer?: Writer;
}

/** What predictions mean. */
export interface Report {
  /** Metrics in the order of `WorkloadDefinition.metrics`, from what `predict` says of all validation rows. Not finite for a model that is not. */
  score(predictions: Predictions): readonly number[];
  /** What the page shows of some validation rows and of the model's output for them. */
  show(predictions: Predictions): Exhibit;
}

export interface Model extends Network, Report {}

/** What `predict` says of all validation rows, of one run. */
export interface Predictions {
  readonly rows: number;
  /** (rows, K) row-major. */
  readonly values: Float32Array;
  /** What the network has written, (writer.rows, K) row-major, at the point that counts. */
  readonly written?: Float32Array;
}

export interface MetricSpec {
  readonly id: string;
  readonly label: string;
  readonly direction: 'lower' | 'higher';
  /** e.g. 'nats', '%' (fractions are shown as percent). */
  readonly unit: string;
}

/** A target and where it comes from. Null until it has been computed for these options. */
export interface Target {
  readonly value: number;
  /** One sentence: rule, horizon, seeds. */
  readonly source: string;
}

/** A value of the first metric that takes little to reach. */
export interface Yardstick {
  readonly value: number;
  /** Which model reaches it, e.g. 'logistic regression'. */
  readonly label: string;
}

/** Facts about a convex problem's minimizer, computed once by a committed script. */
export interface MinimizerFacts {
  /** Value of the full training objective at the minimizer. */
  readonly objective: number;
  readonly distanceMax: number; // |x0 - x*|_inf
  readonly distance2: number; // |x0 - x*|_2
}

/** One workload, defined once. One folder, one line in the registry. */
export interface WorkloadDefinition {
  readonly id: string;
  readonly label: string;
  /** One or two sentences: what this is reduced from, and how. */
  readonly reduces: string;
  readonly options: Readonly<Record<string, WorkloadOptionSpec>>;
  /** The first one decides the target; others are shown too. */
  readonly metrics: readonly MetricSpec[];
  /** What the training loss that is shown is, and its unit; cross-entropy in nats if missing. */
  readonly loss?: { readonly label: string; readonly unit: string };
  /** Maximum steps at horizon 1, batch size limits and default, for these options. */
  maxSteps(options: WorkloadOptions): number;
  batch(options: WorkloadOptions): { readonly value: number; readonly min: number; readonly max: number };
  /** Which regularization the model has. */
  readonly regularization: { readonly labelSmoothing: boolean; readonly dropout: boolean; readonly auxDropout: boolean };
  /** Files to fetch (paths below public/data), so that progress can be shown in bytes. */
  files(options: WorkloadOptions): readonly DataFile[];
  load(options: WorkloadOptions, fetchFile: FetchFile): Promise<LoadedData>;
  /** Loads the model's code too, which a page without a race does not need. Rejects with a `RangeError` for an option that is out of range. */
  create(options: WorkloadOptions, data: LoadedData): Promise<Model>;
  target(options: WorkloadOptions, batch: number): Target | null;
  /** What a simple model reaches on the first metric, where that is known: a network has to be better. */
  yardstick?(options: WorkloadOptions): Yardstick | null;
  minimizer?(options: WorkloadOptions): MinimizerFacts | null;
}
