import type { DivergenceCause } from '../kernels/optimizer-runner.ts';
import type { BackendId, RaceConfig } from './config.ts';

export interface BackendInfo {
  readonly id: BackendId;
  /** e.g. 'google swiftshader', 'apple metal-3', 'WASM SIMD, 1 thread'. */
  readonly adapter: string;
  readonly isSoftware: boolean;
  /** Why this one: 'forced by backend=webgpu', 'no hardware adapter: ...'. */
  readonly reason: string;
}

/** What a row of `samples` holds, per run. The first columns are the same for every run; traces of its optimizer follow. */
export const COMMON_COLUMNS = ['loss', 'rmsStep', 'movedMax', 'moved2'] as const;
export type CommonColumn = (typeof COMMON_COLUMNS)[number];

export interface Divergence {
  /** 0-based race step at which the run ended. */
  readonly step: number;
  /** What was not finite there, or that the method has no step. Version 0.1.0 did not record it. */
  readonly cause?: DivergenceCause;
}

/** Static facts of one run, known before its first step. */
export interface RunInfo {
  readonly racerKey: string;
  readonly seed: number;
  readonly horizonSteps: number;
  /** COMMON_COLUMNS, then the definition's trace ids. */
  readonly columns: readonly string[];
  /** Optimizer slots and scalars, bytes per run. */
  readonly stateBytes: number;
}

export interface EvaluationPoint {
  /** Steps completed when it was measured; 0 is the initial point. */
  readonly step: number;
  /** Training seconds until then, evaluations not counted. */
  readonly seconds: number;
  /** One per metric of the workload, at the point that counts: where the optimizer says, else at the parameters. */
  readonly metrics: readonly number[];
  /** The same at the parameters, where gradients are taken; there for optimizers that name another point to evaluate. */
  readonly gradientPointMetrics?: readonly number[];
}

/** Everything measured about one run. Arrays are per race step from 0; columns in `RunInfo.columns` order. */
export interface RunResult extends RunInfo {
  /** One array per column; NaN where not observed, shortened at the run's end. */
  readonly series: readonly Float32Array[];
  readonly evaluations: readonly EvaluationPoint[];
  readonly divergence: Divergence | null;
  /** First evaluation at or past the target. */
  readonly timeToTarget: { readonly steps: number; readonly seconds: number } | null;
}

export interface SeedFingerprint {
  readonly seed: number;
  /** First 12 hex digits of SHA-256 over the seed's initial parameters and its batch order. */
  readonly hash: string;
}

/** A finished or stopped race: what is exported, stored and compared. */
export interface RaceResult {
  readonly format: 1;
  readonly config: RaceConfig;
  readonly backend: BackendInfo;
  /** Version of Freestep that made it. */
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly finishedAt: string;
  /** 'finished': every run reached its horizon or diverged. */
  readonly state: 'finished' | 'stopped';
  readonly fingerprints: readonly SeedFingerprint[];
  /** Training seconds at each race step (evaluation not counted). */
  readonly seconds: Float32Array;
  readonly runs: readonly RunResult[];
  readonly target: { readonly value: number; readonly source: string } | null;
}
