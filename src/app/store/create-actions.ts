import { type BackendId, MAX_SEEDS, type RaceConfig, type RacerConfig, type ScheduleConfig, type ViewConfig } from '../../engine/config.ts';
import type { Event } from '../../engine/protocol.ts';
import type { RaceResult } from '../../engine/result.ts';
import { countChanges } from './changes.ts';
import { findWorkload } from './definitions.ts';
import * as edit from './edit.ts';
import { Pace } from './pace.ts';
import type { RaceState, RaceStore, UrlProblem } from './race-store.ts';
import { appendSamples, createSamples } from './samples.ts';
import { resultOfSamples, samplesOfResult } from './snapshot.ts';
import { soloMeasurement } from './solo.ts';

/** What the actions need of the engine's page side; `RaceClient` fits. Events of an older race are already filtered out. */
export interface RaceEngine {
  subscribe(listener: (event: Event) => void): () => void;
  start(config: RaceConfig, options: { readonly backend: BackendId | null; readonly paused: boolean }): void;
  pause(): void;
  resume(): void;
  step(): void;
  stop(): void;
  measureSolo(config: RaceConfig, racerKey: string, backend: BackendId | null): void;
}

export interface ActionsOptions {
  readonly store: RaceStore;
  /** Called once, when the engine is first needed. */
  readonly createEngine: () => RaceEngine;
  /** Calls back before the next frame, or soon when the page is hidden. */
  readonly requestFrame: (callback: () => void) => void;
  /** Wall-clock seconds. */
  readonly now: () => number;
  /** Version of Freestep, written into results. */
  readonly version: string;
}

type Patch = { -readonly [K in keyof RaceState]?: RaceState[K] };

/**
 * Everything a visitor can do to the race. Events of the engine change `samples` at once and the store at most once per frame.
 */
export function createActions({ store, createEngine, requestFrame, now, version }: ActionsOptions) {
  const pace = new Pace();
  const endedListeners = new Set<(result: RaceResult) => void>();
  let engine: RaceEngine | null = null;
  let patch: Patch = {};
  let hasNewSamples = false;
  let isFrameRequested = false;
  /** The configuration of the race the engine is working on; null once it has ended, however it ended. */
  let startedConfig: RaceConfig | null = null;
  /** A single step asked for before the race was ready. */
  let stepsOwed = 0;

  /** What the store will hold after the next frame. */
  const peek = <K extends keyof RaceState>(name: K): RaceState[K] => ({ ...store.getState(), ...patch })[name];

  function flush(): void {
    isFrameRequested = false;
    const next: Patch = patch;
    patch = {};
    if (hasNewSamples) {
      const samples = next.samples ?? store.getState().samples;
      next.version = store.getState().version + 1;
      next.stepsPerSecond = pace.stepsPerSecond();
      next.secondsLeft = samples ? pace.secondsLeft(samples.totalSteps) : null;
      hasNewSamples = false;
    }
    if (Object.keys(next).length > 0) store.setState(next);
  }

  function later(change: Patch): void {
    Object.assign(patch, change);
    if (isFrameRequested) return;
    isFrameRequested = true;
    requestFrame(flush);
  }

  /** A visitor's own act is shown at once, together with whatever was waiting. */
  function setNow(change: Patch): void {
    Object.assign(patch, change);
    flush();
  }

  /** What the live race on screen has measured so far; null before its first step and for races shown from a file. */
  function snapshot(): RaceResult | null {
    const samples = peek('samples');
    const backend = peek('backend');
    if (!samples || !backend || samples.count === 0 || peek('source') !== 'live') return null;
    const metric = findWorkload(samples.config.workload.id)?.metrics[0];
    return resultOfSamples(samples, {
      backend,
      version,
      finishedAt: new Date().toISOString(),
      isLowerBetter: metric?.direction !== 'higher',
    });
  }

  /** A race that is cut short by a failure, a reset or another race is still handed on, so that nothing measured is lost. */
  function announceInterrupted(): void {
    const isOwnRace = startedConfig !== null && peek('samples')?.config === startedConfig;
    const result = isOwnRace ? snapshot() : null;
    startedConfig = null;
    if (result) for (const listener of endedListeners) listener(result);
  }

  function onEvent(event: Event): void {
    switch (event.type) {
      case 'backend':
        later({ backend: event.backend });
        return;
      case 'loading':
        later({ loading: { what: event.what, done: event.done, total: event.total, unit: event.unit } });
        return;
      case 'started': {
        if (!startedConfig) return;
        pace.restart();
        hasNewSamples = true;
        later({
          samples: createSamples({ ...event, config: startedConfig }),
          result: null,
          source: 'live',
          plannedBytes: event.plannedBytes,
          loading: null,
        });
        return;
      }
      case 'samples': {
        const samples = peek('samples');
        if (!samples) return;
        appendSamples(samples, event);
        pace.mark(now(), samples.count);
        hasNewSamples = true;
        later({});
        return;
      }
      case 'evaluation': {
        peek('samples')?.runs.forEach((run, index) => {
          const point = event.runs[index];
          if (point) run.evaluations.push(point);
          const exhibit = event.exhibits[index];
          if (exhibit) run.exhibit = { step: event.step, exhibit };
        });
        hasNewSamples = true;
        later({});
        return;
      }
      case 'diverged': {
        const run = peek('samples')?.runs[event.run];
        if (run) run.divergence = event.divergence;
        hasNewSamples = true;
        later({});
        return;
      }
      case 'state': {
        pace.restart();
        later({ status: event.state, loading: null });
        if (event.state === 'paused' && stepsOwed > 0) {
          stepsOwed--;
          engine?.step();
        }
        return;
      }
      case 'ended': {
        if (!startedConfig) return;
        startedConfig = null;
        const isFinished = event.result.state === 'finished';
        later({ status: isFinished ? 'finished' : 'idle', result: event.result, loading: null, secondsLeft: null });
        for (const listener of endedListeners) listener(event.result);
        return;
      }
      case 'failed': {
        const result = snapshot();
        if (result) later({ result });
        announceInterrupted();
        later({ status: 'failed', failure: event.failure, loading: null, secondsLeft: null });
        return;
      }
      case 'solo':
        later({
          solo: {
            ...peek('solo'),
            [event.racerKey]: soloMeasurement(event, peek('samples'), peek('source') === 'live' ? peek('backend') : null),
          },
        });
        return;
      case 'heartbeat':
        return;
      default:
        event satisfies never;
    }
  }

  function connect(): RaceEngine {
    if (!engine) {
      engine = createEngine();
      engine.subscribe(onEvent);
    }
    return engine;
  }

  function start(isPaused: boolean): void {
    const { config, view } = store.getState();
    const connected = connect();
    announceInterrupted();
    startedConfig = config;
    stepsOwed = 0;
    pace.restart();
    setNow({ status: 'loading', failure: null, loading: null, stepsPerSecond: null, secondsLeft: null, solo: {} });
    connected.start(config, { backend: view.backend, paused: isPaused });
  }

  const edited = (change: (race: RaceConfig) => RaceConfig) => setNow({ config: change(store.getState().config) });

  /** Shows a race that did not come from the engine. */
  function show(result: RaceResult, evaluationPeriod: number, facts: Pick<RaceState, 'source' | 'status' | 'config'>): void {
    announceInterrupted();
    engine?.stop();
    const samples = samplesOfResult(result, evaluationPeriod);
    setNow({
      ...facts,
      // One object where the two agree, so that comparing them costs nothing.
      config: countChanges(facts.config, samples.config) === 0 ? samples.config : facts.config,
      samples,
      result,
      backend: result.backend,
      loading: null,
      failure: null,
      stepsPerSecond: null,
      secondsLeft: null,
      solo: {},
      version: store.getState().version + 1,
    });
  }

  const isActive = () => ['loading', 'running', 'paused'].includes(store.getState().status);

  const actions = {
    /** Starts the edited race, or goes on with a paused one. */
    run(): void {
      const { status } = store.getState();
      if (status === 'paused') connect().resume();
      else if (status !== 'running' && status !== 'loading') start(false);
    },
    pause(): void {
      if (store.getState().status === 'running') connect().pause();
    },
    toggleRun(): void {
      if (store.getState().status === 'running') actions.pause();
      else actions.run();
    },
    /** One step: of a paused race, or the first one of a new race. */
    step(): void {
      const { status } = store.getState();
      if (status === 'paused') connect().step();
      else if (status === 'running') {
        stepsOwed++;
        connect().pause();
      } else if (status === 'loading') stepsOwed++;
      else {
        start(true);
        stepsOwed = 1;
      }
    },
    /** Ends the race; its curves stay. */
    stop(): void {
      if (isActive()) connect().stop();
    },
    /** Ends the race and clears the charts. A stopped race is still kept in the history. */
    reset(): void {
      announceInterrupted();
      if (isActive()) connect().stop();
      stepsOwed = 0;
      setNow({
        status: 'idle',
        samples: null,
        result: null,
        source: null,
        failure: null,
        loading: null,
        stepsPerSecond: null,
        secondsLeft: null,
        plannedBytes: null,
        solo: {},
        version: store.getState().version + 1,
      });
    },
    restartWithChanges(): void {
      start(false);
    },
    /** Puts the form back to the race on screen. */
    discardChanges(): void {
      const { samples } = store.getState();
      if (samples) setNow({ config: samples.config });
    },
    /** Times one racer of the race on screen alone; the answer arrives in `solo`. */
    measureSolo(racerKey: string): void {
      const { samples, config, view } = store.getState();
      connect().measureSolo(samples?.config ?? config, racerKey, view.backend);
    },

    setConfig(config: RaceConfig): void {
      setNow({ config });
    },
    setView(change: Partial<ViewConfig>): void {
      setNow({ view: { ...store.getState().view, ...change } });
    },
    chooseWorkload: (id: string) => edited((race) => edit.chooseWorkload(race, id)),
    setOption: (name: string, value: number | string) => edited((race) => edit.setOption(race, name, value)),
    setBatch: (batch: number) => edited((race) => edit.setBatch(race, batch)),
    setHorizon: (horizon: number) => edited((race) => edit.setHorizon(race, horizon)),
    setSchedule: (schedule: ScheduleConfig) => edited((race) => ({ ...race, schedule })),
    setSeed: (seed: number) => edited((race) => ({ ...race, seed })),
    setSeeds: (seeds: number) => edited((race) => ({ ...race, seeds: Math.min(MAX_SEEDS, Math.max(1, seeds)) })),
    /** Adds a racer at its defaults plus `change`; returns its key, or null when the race is full. */
    addRacer(optimizer: string, change: Partial<Omit<RacerConfig, 'key' | 'optimizer'>> = {}): string | null {
      const added = edit.addRacer(store.getState().config, optimizer, change);
      if (added) setNow({ config: added.race });
      return added?.key ?? null;
    },
    duplicateRacer(key: string): string | null {
      const added = edit.duplicateRacer(store.getState().config, key);
      if (added) setNow({ config: added.race });
      return added?.key ?? null;
    },
    removeRacer: (key: string) => edited((race) => edit.removeRacer(race, key)),
    updateRacer: (key: string, change: Partial<Omit<RacerConfig, 'key'>>) => edited((race) => edit.updateRacer(race, key, change)),
    toggleHidden(key: string): void {
      edited((race) => ({
        ...race,
        racers: race.racers.map((racer) => (racer.key === key ? { ...racer, hidden: !racer.hidden } : racer)),
      }));
    },

    /** Shows a recording until Run is pressed. `config` is what the form then holds: the recording's own unless given. */
    showRecording(result: RaceResult, evaluationPeriod: number, config: RaceConfig = result.config): void {
      show(result, evaluationPeriod, { source: 'recording', status: 'idle', config });
    },
    /** Shows a stored result, e.g. after a reload, and puts the form at its configuration. */
    showResult(result: RaceResult, evaluationPeriod: number): void {
      show(result, evaluationPeriod, {
        source: 'restored',
        status: result.state === 'finished' ? 'finished' : 'idle',
        config: result.config,
      });
    },
    setShared: (shared: RaceState['shared']) => setNow({ shared }),
    reportUrlProblems: (urlProblems: readonly UrlProblem[]) => setNow({ urlProblems }),
    dismissUrlProblems: () => setNow({ urlProblems: [] }),
    dismissFailure(): void {
      if (store.getState().status === 'failed') setNow({ status: 'idle', failure: null });
    },
    /** Tries again on the other backend; the choice becomes part of the link. */
    switchBackend(backend: BackendId | null): void {
      actions.setView({ backend });
      start(false);
    },
    /** What the race on screen has measured so far, whatever its state; null before the first step. */
    currentResult: (): RaceResult | null => store.getState().result ?? snapshot(),
    /** Calls back with every race that ended: finished, stopped, or cut short by a failure, a reset or another race. Returns the way to stop listening. */
    onEnded(listener: (result: RaceResult) => void): () => void {
      endedListeners.add(listener);
      return () => endedListeners.delete(listener);
    },
  };
  return actions;
}

export type RaceActions = ReturnType<typeof createActions>;
