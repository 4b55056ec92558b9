import type { Bar } from './bars.ts';
import type { CompiledId } from './contenders.ts';
import type { CaseResult } from './results.ts';
import type { Spread } from './sampling.ts';

/** What a generator reaches when it does nothing but one thing: the floor under its training steps. */
export interface Rates {
  /** Of one large matrix product. */
  readonly multiplyAddsPerSecond: number;
  /** Bytes read and written by a copy. */
  readonly copyBytesPerSecond: number;
}

export interface CurvePoint {
  /** The value of the axis. */
  readonly at: number;
  readonly stepMs: Spread;
  readonly floorMs: number;
}

/** ms per step of the small MLP while one size changes. */
export interface Curve {
  readonly contender: CompiledId;
  readonly axis: CurveAxis;
  readonly points: readonly CurvePoint[];
}

export type CurveAxis = 'runs' | 'width' | 'batch';

/** What a training holds after some steps, bytes. */
export interface Growth {
  readonly contender: CompiledId;
  readonly network: string;
  readonly runs: number;
  readonly steps: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** Dispatches of one step of the small MLP with an optimizer, on the kernels that hardware adapters get. */
export interface DispatchCount {
  readonly optimizer: 'adamw' | 'prodigy';
  readonly dispatches: number;
}

/** Everything that one run of the measurements says, as it is written to docs/measurements/bench.json. */
export interface BenchReport {
  readonly date: string;
  readonly adapter: string;
  readonly browser: string;
  readonly cores: number;
  readonly rounds: number;
  readonly minutes: number;
  readonly cases: readonly CaseResult[];
  readonly rates: Readonly<Partial<Record<CompiledId, Rates>>>;
  readonly curves: readonly Curve[];
  readonly growth: readonly Growth[];
  readonly dispatches: readonly DispatchCount[];
  readonly bars: readonly Bar[];
}
