import type { ContenderId } from './contenders.ts';
import type { DeviceUse } from './protocol.ts';
import type { Spread } from './sampling.ts';
import type { TrainerFacts, TrainingCase } from './trainer.ts';

/** One contender on one case, in its better mode. */
export interface Measured {
  readonly contender: ContenderId;
  readonly place: string;
  /** In a cross-origin isolated page, where WASM may use threads. */
  readonly isIsolated: boolean;
  readonly stepMs: Spread;
  readonly hostMs: Spread;
  /** Before the first step, compilation included, ms. */
  readonly openMs: number;
  readonly facts: TrainerFacts | null;
  readonly use: DeviceUse;
  readonly rounds: number;
}

/** A contender that cannot do a case, with its own words. */
export interface Unable {
  readonly contender: ContenderId;
  readonly isIsolated: boolean;
  readonly reason: string;
}

export interface CaseResult {
  readonly on: TrainingCase;
  readonly measured: readonly Measured[];
  readonly unable: readonly Unable[];
}

/** A rival's time by ours, or null where one of them was not measured. */
export function ratioOf(result: CaseResult, ours: ContenderId, rival: ContenderId): number | null {
  const [own, other] = [stepMsOf(result, ours), stepMsOf(result, rival)];
  return own === null || other === null ? null : other / own;
}

/** Median ms per step of a contender, or null where it was not measured. */
export function stepMsOf({ measured }: CaseResult, contender: ContenderId): number | null {
  return measured.find((entry) => entry.contender === contender)?.stepMs.median ?? null;
}
