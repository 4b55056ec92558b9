import type { Exhibit } from '../workloads/exhibit.ts';
import type { BackendId, RaceConfig } from './config.ts';
import type { BackendInfo, Divergence, EvaluationPoint, RaceResult, RunInfo, SeedFingerprint } from './result.ts';

/** Page -> worker. Every command carries the generation it belongs to; the worker ignores stale ones. */
export type Command =
  | {
      readonly type: 'start';
      readonly generation: number;
      readonly config: RaceConfig;
      readonly backend: BackendId | null;
      readonly paused: boolean;
      readonly baseUrl: string;
    }
  | { readonly type: 'pause'; readonly generation: number }
  | { readonly type: 'resume'; readonly generation: number }
  /** One step of a paused race. */
  | { readonly type: 'step'; readonly generation: number }
  /** Ends the race; what was measured is returned with `ended`. */
  | { readonly type: 'stop'; readonly generation: number }
  /** Times one racer alone (R = 1, 30 steps) on the current backend. */
  | {
      readonly type: 'measureSolo';
      readonly generation: number;
      readonly config: RaceConfig;
      readonly racerKey: string;
      readonly backend: BackendId | null;
      readonly baseUrl: string;
    };

export type FailureKind =
  | 'no-webgpu'
  | 'adapter-refused'
  | 'no-simd'
  | 'device-lost'
  | 'data-missing'
  | 'data-checksum'
  | 'too-large'
  | 'invalid-config'
  | 'gpu-error'
  | 'unresponsive'
  | 'internal';

/** A failure in words: what happened, and what to do. `control` names the setting that fixes it, where one does. */
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly advice: string;
  readonly control: string | null;
}

/** Worker -> page. */
export type Event =
  | { readonly type: 'backend'; readonly generation: number; readonly backend: BackendInfo }
  | {
      readonly type: 'loading';
      readonly generation: number;
      readonly what: 'backend' | 'data' | 'compile';
      readonly done: number;
      readonly total: number;
      readonly unit: 'bytes' | 'kernels' | 'steps';
    }
  | {
      readonly type: 'started';
      readonly generation: number;
      readonly runs: readonly RunInfo[];
      readonly fingerprints: readonly SeedFingerprint[];
      readonly totalSteps: number;
      readonly evaluationPeriod: number;
      readonly plannedBytes: number;
      readonly target: { readonly value: number; readonly source: string } | null;
    }
  | {
      readonly type: 'samples';
      readonly generation: number;
      /** Race step of the first row. */
      readonly firstStep: number;
      readonly count: number;
      /** Per run, (count, columns of that run), row-major. Transferred. NaN where not observed or after the run's end. */
      readonly runs: readonly Float32Array[];
      /** Training seconds after each of the `count` steps. Transferred. */
      readonly seconds: Float32Array;
    }
  | {
      readonly type: 'evaluation';
      readonly generation: number;
      readonly step: number;
      readonly runs: readonly (EvaluationPoint | null)[];
      /** What the page shows of each run's output. */
      readonly exhibits: readonly (Exhibit | null)[];
    }
  | { readonly type: 'diverged'; readonly generation: number; readonly run: number; readonly divergence: Divergence }
  | { readonly type: 'state'; readonly generation: number; readonly state: 'running' | 'paused' }
  | { readonly type: 'heartbeat'; readonly generation: number; readonly step: number }
  /** The race is over (all horizons reached, or stopped by command). */
  | { readonly type: 'ended'; readonly generation: number; readonly result: RaceResult }
  | { readonly type: 'failed'; readonly generation: number; readonly failure: Failure }
  | {
      readonly type: 'solo';
      readonly generation: number;
      readonly racerKey: string;
      readonly msPerStep: number;
      /** Loss at each step made alone, from step 0 on, with the race's first seed. */
      readonly losses: Float32Array;
      /** Where it ran. */
      readonly backend: BackendInfo;
    };
