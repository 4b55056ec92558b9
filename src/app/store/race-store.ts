import { create } from 'zustand';
import type { RaceConfig, ViewConfig } from '../../engine/config.ts';
import type { Failure } from '../../engine/protocol.ts';
import type { BackendInfo, RaceResult } from '../../engine/result.ts';
import type { SharedRace } from '../../engine/url.ts';
import type { RaceSamples } from './samples.ts';
import type { SoloMeasurement } from './solo.ts';

export type RaceStatus = 'idle' | 'loading' | 'running' | 'paused' | 'finished' | 'failed';

/** A setting of a link that could not be used, named for the visitor. */
export interface UrlProblem {
  readonly key: string;
  readonly message: string;
}

export interface RaceState {
  /** The race being edited; what Run starts. */
  readonly config: RaceConfig;
  readonly view: ViewConfig;
  readonly status: RaceStatus;
  readonly loading: {
    readonly what: 'backend' | 'data' | 'compile';
    readonly done: number;
    readonly total: number;
    readonly unit: string;
  } | null;
  readonly failure: Failure | null;
  readonly backend: BackendInfo | null;
  /** The race on screen, live or recorded; its arrays are mutated in place. */
  readonly samples: RaceSamples | null;
  /** The whole result once the race on screen has ended; null while it runs. Recordings have theirs from the start. */
  readonly result: RaceResult | null;
  /** 'recording' until Run is pressed, 'restored' after a reload. */
  readonly source: 'live' | 'recording' | 'restored' | null;
  /** Grows by one whenever `samples` got new content; at most once per animation frame. */
  readonly version: number;
  readonly stepsPerSecond: number | null;
  readonly secondsLeft: number | null;
  readonly plannedBytes: number | null;
  /** What was measured of single racers alone, by racer key. */
  readonly solo: Readonly<Record<string, SoloMeasurement>>;
  /** What the link that was opened says about the run it was made from. */
  readonly shared: SharedRace | null;
  readonly urlProblems: readonly UrlProblem[];
}

/** Framework-free core: `raceStore.getState()`, `raceStore.setState()`. Components subscribe with narrow selectors. */
export const createRaceStore = (initial: RaceState) => create<RaceState>()(() => initial);
export type RaceStore = ReturnType<typeof createRaceStore>;
