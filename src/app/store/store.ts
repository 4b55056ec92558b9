import { defaultConfig, defaultView } from './default-config.ts';
import { createRaceStore, type RaceState } from './race-store.ts';

export const initialState: RaceState = {
  config: defaultConfig,
  view: defaultView,
  status: 'idle',
  loading: null,
  failure: null,
  backend: null,
  samples: null,
  result: null,
  source: null,
  version: 0,
  stepsPerSecond: null,
  secondsLeft: null,
  plannedBytes: null,
  solo: {},
  shared: null,
  urlProblems: [],
};

/** The page's one store: a hook with a selector inside React, `getState` / `setState` / `subscribe` outside. */
export const raceStore = createRaceStore(initialState);
