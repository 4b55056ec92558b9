import type { HyperValue, HyperValues, StepProgram } from '../kernels/step-program.ts';

interface HyperBase {
  /** Words shown beside the control; states the unit where there is one. */
  readonly doc: string;
  readonly label: string;
}
/** A number that may differ from run to run. */
export interface NumberHyper extends HyperBase {
  readonly kind: 'number';
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** 'log' for positive quantities; 'log1m' when 1 - value is what varies on a log scale (betas). */
  readonly scale: 'log' | 'linear' | 'log1m';
}
/** A whole number that selects code, e.g. sliceP. */
export interface IntegerHyper extends HyperBase {
  readonly kind: 'integer';
  readonly value: number;
  readonly min: number;
  readonly max: number;
}
export interface FlagHyper extends HyperBase {
  readonly kind: 'flag';
  readonly value: boolean;
}
/** A list of numbers, e.g. Mechanic's betas. */
export interface ListHyper extends HyperBase {
  readonly kind: 'list';
  readonly value: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly minLength: number;
  readonly maxLength: number;
}
export type HyperSpec = NumberHyper | IntegerHyper | FlagHyper | ListHyper;
export type HyperTable = Readonly<Record<string, HyperSpec>>;

/** A named complete setting. What it does not name keeps the definition's default. */
export interface Preset {
  readonly id: string;
  readonly label: string;
  /** One sentence: where the numbers come from, with the source. */
  readonly source: string;
  readonly hyper: Readonly<Record<string, HyperValue>>;
  /** Fraction of the horizon, where the published point fixes it. */
  readonly warmup?: number;
  readonly labelSmoothing?: number;
  readonly dropout?: number;
  readonly auxDropout?: number;
  /** Fraction of the workload's maximum steps. */
  readonly horizon?: number;
}

/** An internal scalar worth a chart. */
export interface Trace {
  /** A key of the program's scalars. */
  readonly id: string;
  /** What is shown of a list, or of one value per tensor: the root of the sum of squares, or the mean; the sum unless given. */
  readonly of?: 'norm' | 'mean';
  readonly label: string;
  readonly unit: string;
  /** One line: what it means. */
  readonly meaning: string;
  /** Which chart it belongs to. */
  readonly chart: 'distance' | 'state';
}

/** What the diagnosis of a finished or running race looks at. All arrays are per recorded step, in step order. */
export interface DiagnosisInput {
  readonly hyper: HyperValues;
  readonly steps: readonly number[];
  readonly trace: (id: string) => ArrayLike<number>;
  readonly rmsStep: ArrayLike<number>;
  /** The recorded loss, plain: without label smoothing. */
  readonly loss: ArrayLike<number>;
  /** Relative schedule multiplier of each step. */
  readonly mult: ArrayLike<number>;
  /** Steps of linear warmup, 0 for none. */
  readonly warmupSteps: number;
  readonly isFinished: boolean;
}

/**
 * What a method's internal estimate is an estimate of, and the trace that is the estimate; or why it has none.
 * Only a distance has a norm. `isLowerBound` is for estimates that are proven never to exceed the distance on convex problems.
 */
export type Estimate =
  | { readonly kind: 'distance'; readonly trace: string; readonly norm: 'max-norm' | '2-norm'; readonly isLowerBound?: true }
  | { readonly kind: 'none'; readonly why: string };

/** The kinships of methods, in the order of menus and tables: a method stands with those that share its idea. */
export const KIN = {
  dAdaptation: 'D-Adaptation and Prodigy',
  mechanic: 'Mechanic',
  dog: 'Distance over gradients',
  momo: 'Polyak step sizes (MoMo)',
  coinBetting: 'Coin betting',
  scheduleFree: 'Schedule-Free',
  baseline: 'With a learning rate and a schedule',
} as const;
export type Kin = keyof typeof KIN;

/** One optimizer, defined once: mathematics, form, charts, tests and docs all follow from this. */
export interface OptimizerDefinition {
  /** Same as the folder, the export and the URL key. */
  readonly id: string;
  readonly label: string;
  /** 'baseline' is drawn in neutral greys; 'free' (learning-rate-free) carries the hues. */
  readonly family: 'baseline' | 'free';
  /** Whose idea it shares. */
  readonly kin: Kin;
  readonly paper: {
    readonly title: string;
    readonly authors: string;
    readonly year: number;
    readonly arxiv: string | null;
    readonly algorithm: string;
    /** The official implementation and version that the golden numbers follow. */
    readonly implementation: string;
  };
  /** What differs from that implementation, one line each. */
  readonly deviations: readonly string[];
  readonly hyper: HyperTable;
  /** The first one is 'paper' (paper defaults). */
  readonly presets: readonly Preset[];
  readonly traces: readonly Trace[];
  readonly estimate: Estimate;
  /** Both sets of weights of a method that trains at one point and is evaluated at another; there exactly when the program has `evalPoint`. */
  readonly points?: {
    /** Symbol and name of the point where gradients are taken, e.g. 'y'. */
    readonly gradient: string;
    /** Of the point that is evaluated and kept, e.g. 'x (average)'. */
    readonly evaluation: string;
    /** One sentence: what the two are. */
    readonly meaning: string;
  };
  /** The nominal multiplier of the update, as that method's users know it, from this step's scalars and L = lr x schedule. */
  readonly nominal: {
    readonly label: string;
    readonly unit: string;
    of(scalars: Readonly<Record<string, number>>, L: number): number;
    /** Present where an estimate made it and AdamW's learning rate means the same: the largest change of a parameter per step. */
    readonly isAdamRate?: true;
    /** Present where it is not proportional to L: a step that is capped, or one that contains the schedule already. */
    readonly followsSchedule?: false;
  };
  /** Plain-language findings, most important first; empty when there is nothing to say. */
  diagnose(input: DiagnosisInput): readonly string[];
  readonly program: StepProgram;
}

/** Default value of every hyperparameter. */
export function defaultHyper(definition: OptimizerDefinition): HyperValues {
  return Object.fromEntries(Object.entries(definition.hyper).map(([name, spec]) => [name, spec.value]));
}
