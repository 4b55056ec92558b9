import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Event } from '../../engine/protocol.ts';
import type { BackendInfo, RaceResult, RunInfo } from '../../engine/result.ts';
import type { Exhibit } from '../../workloads/exhibit.ts';
import { createActions, type RaceActions, type RaceEngine } from './create-actions.ts';
import { createRaceStore, type RaceStore } from './race-store.ts';
import { initialState } from './store.ts';

const TOTAL_STEPS = 8;
const backend: BackendInfo = { id: 'wasm', adapter: 'test', isSoftware: true, reason: 'a test' };

class FakeEngine implements RaceEngine {
  readonly calls: string[] = [];
  #listener: (event: Event) => void = () => undefined;
  subscribe(listener: (event: Event) => void) {
    this.#listener = listener;
    return () => undefined;
  }
  start: RaceEngine['start'] = (_config, { backend: id, paused }) => this.calls.push(`start ${id} ${paused ? 'paused' : 'running'}`);
  pause = () => this.calls.push('pause');
  resume = () => this.calls.push('resume');
  step = () => this.calls.push('step');
  stop = () => this.calls.push('stop');
  measureSolo: RaceEngine['measureSolo'] = (_config, key) => this.calls.push(`measureSolo ${key}`);
  emit(event: DistributiveOmit<Event, 'generation'>) {
    this.#listener({ ...event, generation: 1 } as Event);
  }
}
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

let engine: FakeEngine;
let store: RaceStore;
let actions: RaceActions;
let frames: (() => void)[];
let clock: number;

/** What the browser does before it paints. */
function frame() {
  const waiting = frames;
  frames = [];
  for (const callback of waiting) callback();
}

beforeEach(() => {
  engine = new FakeEngine();
  store = createRaceStore(initialState);
  frames = [];
  clock = 0;
  actions = createActions({
    store,
    createEngine: () => engine,
    requestFrame: (callback) => frames.push(callback),
    now: () => clock,
    version: '0.0.0',
  });
});

const runs = (): RunInfo[] =>
  store
    .getState()
    .config.racers.map(({ key }) => ({ racerKey: key, seed: 1, horizonSteps: TOTAL_STEPS, columns: ['loss'], stateBytes: 4 }));

function begin() {
  engine.emit({ type: 'backend', backend });
  engine.emit({
    type: 'started',
    runs: runs(),
    fingerprints: [],
    totalSteps: TOTAL_STEPS,
    evaluationPeriod: 4,
    plannedBytes: 100,
    target: null,
  });
  engine.emit({ type: 'state', state: 'running' });
}

function sendSamples(firstStep: number, count: number) {
  const block = Float32Array.from({ length: count }, (_, i) => 1 / (1 + firstStep + i));
  engine.emit({
    type: 'samples',
    firstStep,
    count,
    runs: runs().map(() => block.slice()),
    seconds: Float32Array.from(block, (_, i) => firstStep + i),
  });
}

function resultOf(state: RaceResult['state']): RaceResult {
  const config = store.getState().config;
  return {
    format: 1,
    config,
    backend,
    version: '0.0.0',
    finishedAt: '2026-01-01T00:00:00.000Z',
    state,
    fingerprints: [],
    seconds: new Float32Array(TOTAL_STEPS),
    runs: runs().map((run) => ({ ...run, series: [new Float32Array(TOTAL_STEPS)], evaluations: [], divergence: null, timeToTarget: null })),
    target: null,
  };
}

const statusAfter = (act: () => void) => {
  act();
  frame();
  return store.getState().status;
};

describe('the life of a race', () => {
  test('run loads, then runs, then finishes', () => {
    actions.run();
    expect(engine.calls).toEqual(['start null running']);
    expect(store.getState().status).toBe('loading');
    expect(statusAfter(begin)).toBe('running');
    expect(statusAfter(() => engine.emit({ type: 'ended', result: resultOf('finished') }))).toBe('finished');
    expect(store.getState().result?.state).toBe('finished');
    expect(store.getState().source).toBe('live');
  });
  test('run while running starts nothing', () => {
    actions.run();
    statusAfter(begin);
    actions.run();
    expect(engine.calls).toEqual(['start null running']);
  });
  test('pause and run go on with the same race', () => {
    actions.run();
    statusAfter(begin);
    actions.pause();
    expect(statusAfter(() => engine.emit({ type: 'state', state: 'paused' }))).toBe('paused');
    actions.toggleRun();
    expect(engine.calls).toEqual(['start null running', 'pause', 'resume']);
  });
  test('step on an idle page starts a paused race and makes one step', () => {
    actions.step();
    expect(engine.calls).toEqual(['start null paused']);
    engine.emit({ type: 'state', state: 'paused' });
    expect(engine.calls).toEqual(['start null paused', 'step']);
    engine.emit({ type: 'state', state: 'paused' });
    expect(engine.calls).toEqual(['start null paused', 'step']);
  });
  test('step while running pauses first', () => {
    actions.run();
    statusAfter(begin);
    actions.step();
    engine.emit({ type: 'state', state: 'paused' });
    expect(engine.calls.slice(1)).toEqual(['pause', 'step']);
  });
  test('stop keeps what was measured', () => {
    actions.run();
    statusAfter(begin);
    actions.stop();
    expect(statusAfter(() => engine.emit({ type: 'ended', result: resultOf('stopped') }))).toBe('idle');
    expect(store.getState().samples).not.toBeNull();
  });
  test('the forced backend of the view is passed on', () => {
    actions.setView({ backend: 'webgpu' });
    actions.run();
    expect(engine.calls).toEqual(['start webgpu running']);
  });
  test('switching the backend starts again on it', () => {
    actions.switchBackend('wasm');
    expect(engine.calls).toEqual(['start wasm running']);
    expect(store.getState().view.backend).toBe('wasm');
  });
});

describe('frames', () => {
  test('samples are readable at once and reach the store once per frame', () => {
    actions.run();
    statusAfter(begin);
    const seen = vi.fn();
    store.subscribe(seen);
    sendSamples(0, 2);
    sendSamples(2, 2);
    engine.emit({ type: 'evaluation', exhibits: [], step: 4, runs: runs().map(() => ({ step: 4, seconds: 1, metrics: [0.5] })) });
    expect(store.getState().samples?.count).toBe(4);
    expect(seen).not.toHaveBeenCalled();
    frame();
    expect(seen).toHaveBeenCalledTimes(1);
    expect(store.getState().samples?.runs[0]?.evaluations).toHaveLength(1);
  });
  test('a run keeps its last exhibit when a later evaluation leaves it out', () => {
    actions.run();
    statusAfter(begin);
    const exhibit = (note: string): Exhibit => ({ note, items: [] });
    const evaluate = (step: number, exhibits: readonly (Exhibit | null)[]) =>
      engine.emit({ type: 'evaluation', step, runs: runs().map(() => null), exhibits });
    evaluate(0, [exhibit('first of a'), exhibit('first of b')]);
    evaluate(4, [null, exhibit('second of b')]);
    const [a, b] = store.getState().samples?.runs ?? [];
    expect(a?.exhibit).toEqual({ step: 0, exhibit: exhibit('first of a') });
    expect(b?.exhibit).toEqual({ step: 4, exhibit: exhibit('second of b') });
  });
  test('each frame with new content has a new version', () => {
    actions.run();
    statusAfter(begin);
    const { version } = store.getState();
    sendSamples(0, 1);
    frame();
    expect(store.getState().version).toBe(version + 1);
    engine.emit({ type: 'heartbeat', step: 1 });
    frame();
    expect(store.getState().version).toBe(version + 1);
  });
  test('samples that arrive in the same frame as the start are kept', () => {
    actions.run();
    begin();
    sendSamples(0, 3);
    frame();
    expect(store.getState().samples?.count).toBe(3);
    expect(store.getState().samples?.runs[0]?.series[0]?.[2]).toBeCloseTo(1 / 3, 6);
  });
  test('speed and time left follow the clock', () => {
    actions.run();
    statusAfter(begin);
    for (let step = 0; step < 4; step++) {
      clock = step * 0.5;
      sendSamples(step, 1);
    }
    frame();
    expect(store.getState().stepsPerSecond).toBeCloseTo(2, 6);
    expect(store.getState().secondsLeft).toBeCloseTo(2, 6);
  });
});

describe('trouble', () => {
  const failure = { kind: 'device-lost', message: 'The device was lost.', advice: 'Restart.', control: null } as const;

  test('a failure keeps curves and hands on what was measured', () => {
    const ended = vi.fn();
    actions.onEnded(ended);
    actions.run();
    statusAfter(begin);
    sendSamples(0, 3);
    expect(statusAfter(() => engine.emit({ type: 'failed', failure }))).toBe('failed');
    expect(store.getState().failure).toEqual(failure);
    expect(store.getState().samples?.count).toBe(3);
    expect(ended).toHaveBeenCalledTimes(1);
    expect(ended.mock.calls[0]?.[0]).toMatchObject({ state: 'stopped', backend });
    expect(actions.currentResult()?.runs[0]?.series[0]).toHaveLength(3);
  });
  test('running again clears the failure', () => {
    actions.run();
    statusAfter(() => engine.emit({ type: 'failed', failure }));
    actions.restartWithChanges();
    expect(store.getState().failure).toBeNull();
    expect(store.getState().status).toBe('loading');
  });
  test('divergence is marked on its run only', () => {
    actions.run();
    statusAfter(begin);
    statusAfter(() => engine.emit({ type: 'diverged', run: 1, divergence: { step: 5, cause: 'loss' } }));
    const samples = store.getState().samples;
    expect(samples?.runs[1]?.divergence).toEqual({ step: 5, cause: 'loss' });
    expect(samples?.runs[0]?.divergence).toBeNull();
  });
  test('a race cut short by reset is handed on once and leaves empty charts', () => {
    const ended = vi.fn();
    actions.onEnded(ended);
    actions.run();
    statusAfter(begin);
    sendSamples(0, 3);
    actions.reset();
    expect(store.getState()).toMatchObject({ status: 'idle', samples: null, result: null });
    engine.emit({ type: 'ended', result: resultOf('stopped') });
    frame();
    expect(store.getState()).toMatchObject({ status: 'idle', samples: null, result: null });
    expect(ended).toHaveBeenCalledTimes(1);
  });
  test('a finished race is handed on once, also when another one follows', () => {
    const ended = vi.fn();
    actions.onEnded(ended);
    actions.run();
    statusAfter(begin);
    sendSamples(0, TOTAL_STEPS);
    statusAfter(() => engine.emit({ type: 'ended', result: resultOf('finished') }));
    actions.run();
    expect(ended).toHaveBeenCalledTimes(1);
  });
});

describe('edits and what is on screen', () => {
  test('an edit does not restart the running race and can be discarded', () => {
    actions.run();
    statusAfter(begin);
    const before = store.getState().config;
    actions.setSeeds(3);
    expect(store.getState().config.seeds).toBe(3);
    expect(engine.calls).toHaveLength(1);
    actions.discardChanges();
    expect(store.getState().config).toBe(before);
  });
  test('the race on screen keeps the configuration it was started with', () => {
    actions.run();
    actions.setSeeds(3);
    statusAfter(begin);
    expect(store.getState().samples?.config.seeds).toBe(1);
  });
  test('a recording waits for Run, and Run replaces it by a live race', () => {
    actions.showRecording(resultOf('finished'), 4);
    expect(store.getState()).toMatchObject({ source: 'recording', status: 'idle' });
    actions.run();
    expect(statusAfter(begin)).toBe('running');
    expect(store.getState().source).toBe('live');
    expect(store.getState().samples?.count).toBe(0);
  });
  test('a recording is not handed on as a race of this visitor', () => {
    const ended = vi.fn();
    actions.onEnded(ended);
    actions.showRecording(resultOf('finished'), 4);
    actions.run();
    actions.reset();
    expect(ended).not.toHaveBeenCalled();
  });
  test('a stored result puts the form at its configuration', () => {
    const stored = resultOf('finished');
    actions.setSeeds(5);
    actions.showResult(stored, 4);
    expect(store.getState()).toMatchObject({ source: 'restored', status: 'finished' });
    expect(store.getState().config.seeds).toBe(1);
    expect(actions.currentResult()).toBe(stored);
  });
  test('solo times are kept by racer until the next race', () => {
    actions.measureSolo('b');
    const backend = { id: 'wasm', adapter: 'test', isSoftware: true, reason: '' } as const;
    engine.emit({ type: 'solo', racerKey: 'b', msPerStep: 1.5, losses: new Float32Array(2), backend });
    frame();
    expect(store.getState().solo).toEqual({ b: { msPerStep: 1.5, hasSameBits: null } });
    actions.run();
    expect(store.getState().solo).toEqual({});
  });
});
