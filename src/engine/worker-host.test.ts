import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultHyper } from '../optimizers/definition.ts';
import { DataMissingError } from '../workloads/data-errors.ts';
import { fetchFromDisk } from '../workloads/fetch-from-disk.ts';
import { optimizerOf } from './catalogue.ts';
import type { RaceConfig, RacerConfig } from './config.ts';
import type { Command, Event, Failure } from './protocol.ts';
import type { Runtime } from './runtime.ts';
import { openWasmRuntime } from './wasm-runtime.ts';
import { WorkerHost } from './worker-host.ts';

const racer = (key: string, optimizer: string): RacerConfig => ({
  key,
  optimizer,
  hyper: defaultHyper(optimizerOf(optimizer)),
  labelSmoothing: 0,
  dropout: 0,
  auxDropout: 0,
  schedule: null,
  horizon: null,
  hidden: false,
});

const config: RaceConfig = {
  workload: { id: 'digits', options: { width: 8, depth: 1 } },
  batch: 16,
  seed: 1,
  seeds: 1,
  horizon: 20 / 600,
  schedule: { kind: 'cosine', warmup: 0 },
  racers: [racer('a', 'adamw'), racer('b', 'prodigy')],
};

const start = (generation: number, over: Partial<Extract<Command, { type: 'start' }>> = {}): Command => ({
  type: 'start',
  generation,
  config,
  backend: 'wasm',
  paused: false,
  baseUrl: 'https://example.org/page/',
  ...over,
});

interface Setup {
  readonly host: WorkerHost;
  readonly events: Event[];
  readonly opened: string[];
}

function setup(
  options: {
    readonly onEvent?: (event: Event, host: WorkerHost) => void;
    readonly runtime?: (runtime: Runtime) => Runtime;
    readonly isOffline?: boolean;
  } = {},
): Setup {
  const events: Event[] = [];
  const opened: string[] = [];
  const host: WorkerHost = new WorkerHost({
    post: (event, transfer) => {
      // What a real worker does: transferred buffers are gone on this side.
      const received = structuredClone(event, { transfer: [...transfer] });
      events.push(received);
      options.onEvent?.(received, host);
    },
    openBackend: async (forced) => {
      opened.push(String(forced));
      const runtime = openWasmRuntime('test', null);
      return options.runtime?.(runtime) ?? runtime;
    },
    fetchFrom: (dataUrl) => {
      opened.push(dataUrl);
      if (options.isOffline) return (path) => Promise.reject(new DataMissingError(path, 404));
      return fetchFromDisk(join(import.meta.dirname, '../../public/data'));
    },
    version: 'test',
    reportEveryMs: 10,
  });
  return { host, events, opened };
}

const types = (events: readonly Event[], generation: number): readonly string[] =>
  events.filter((event) => event.generation === generation && event.type !== 'heartbeat').map(({ type }) => type);

function only<T extends Event['type']>(events: readonly Event[], type: T): readonly Extract<Event, { type: T }>[] {
  return events.filter((event): event is Extract<Event, { type: T }> => event.type === type);
}

describe('worker', () => {
  it('reports a race from its backend to its result', async () => {
    const { host, events, opened } = setup();
    host.handle(start(1));
    await host.idle();
    const order = types(events, 1);
    const first = (type: string): number => order.indexOf(type);
    expect(first('loading')).toBe(0);
    expect(first('backend')).toBeGreaterThan(0);
    expect(first('started')).toBeGreaterThan(first('backend'));
    expect(first('evaluation')).toBeGreaterThan(first('started'));
    expect(first('samples')).toBeGreaterThan(first('evaluation'));
    expect(order.at(-1)).toBe('ended');
    expect(opened).toEqual(['wasm', 'https://example.org/page/data/']);
    const steps = only(events, 'samples').reduce((sum, { count }) => sum + count, 0);
    expect(steps).toBe(20);
    const [ended] = only(events, 'ended');
    expect(ended?.result.runs.map(({ racerKey }) => racerKey)).toEqual(['a', 'b']);
    expect(ended?.result.state).toBe('finished');
  });

  it('sends per run as many columns as it announced', async () => {
    const { host, events } = setup();
    host.handle(start(1));
    await host.idle();
    const [started] = only(events, 'started');
    for (const { runs, count } of only(events, 'samples')) {
      runs.forEach((values, run) => {
        expect(values.length).toBe(count * (started?.runs[run]?.columns.length ?? 0));
      });
    }
  });

  it('pauses, makes single steps, resumes and stops on command', async () => {
    let singles = 0;
    const { host, events } = setup({
      onEvent: (event, own) => {
        if (event.type === 'state' && event.state === 'paused') own.handle({ type: 'step', generation: 1 });
        if (event.type === 'samples') {
          singles++;
          if (singles === 1) own.handle({ type: 'step', generation: 1 });
          if (singles === 2) own.handle({ type: 'resume', generation: 1 });
          if (event.firstStep + event.count >= 6) own.handle({ type: 'stop', generation: 1 });
        }
      },
    });
    host.handle(start(1, { paused: true }));
    await host.idle();
    expect(
      only(events, 'samples')
        .slice(0, 2)
        .map(({ count }) => count),
    ).toEqual([1, 1]);
    expect(only(events, 'state').map(({ state }) => state)).toEqual(['paused', 'running']);
    const [ended] = only(events, 'ended');
    expect(ended?.result.state).toBe('stopped');
    expect(ended?.result.seconds.length).toBeGreaterThanOrEqual(6);
    expect(ended?.result.seconds.length).toBeLessThan(20);
  });

  it('ends a race when another starts, and ignores commands of the old one', async () => {
    let isReplaced = false;
    const { host, events } = setup({
      onEvent: (event, own) => {
        if (event.generation !== 1 || event.type !== 'samples' || isReplaced) return;
        isReplaced = true;
        own.handle(start(2));
        own.handle({ type: 'stop', generation: 1 });
        own.handle({ type: 'pause', generation: 1 });
        own.handle(start(1));
      },
    });
    host.handle(start(1));
    await host.idle();
    await host.idle();
    const results = only(events, 'ended');
    expect(results.map(({ generation }) => generation)).toEqual([1, 2]);
    expect(results[0]?.result.state).toBe('stopped');
    expect(results[1]?.result.state).toBe('finished');
  });

  it('says in words what is wrong with the data', async () => {
    const { host, events } = setup({ isOffline: true });
    host.handle(start(1));
    await host.idle();
    const [failed] = only(events, 'failed');
    expect(failed?.failure).toMatchObject({ kind: 'data-missing', control: 'workload' });
    expect(failed?.failure.message).toContain('digits');
  });

  it('refuses a race that does not fit and names the control', async () => {
    const tiny = (runtime: Runtime): Runtime => ({ ...runtime, limits: { ...runtime.limits, totalBytes: 100_000 } });
    const { host, events } = setup({ runtime: tiny });
    host.handle(start(1));
    await host.idle();
    expect(only(events, 'failed')[0]?.failure).toMatchObject({ kind: 'too-large', control: 'workload' });
  });

  it('fails the race at once when the backend is lost, and opens a new one for the next', async () => {
    const lost: Failure = { kind: 'device-lost', message: 'lost', advice: 'again', control: null };
    let failNow: (() => void) | null = null;
    const breakable = (runtime: Runtime): Runtime => {
      let failure: Failure | null = null;
      const listeners: ((failure: Failure) => void)[] = [];
      failNow = () => {
        failure = lost;
        for (const listener of listeners) listener(lost);
      };
      return {
        ...runtime,
        get failure() {
          return failure;
        },
        onFailure: (listener) => {
          listeners.push(listener);
          return () => {};
        },
      };
    };
    const { host, events, opened } = setup({
      runtime: breakable,
      onEvent: (event) => {
        if (event.generation === 1 && event.type === 'samples') failNow?.();
      },
    });
    host.handle(start(1));
    await host.idle();
    expect(only(events, 'failed').map(({ failure }) => failure)).toEqual([lost]);
    expect(only(events, 'samples').length).toBeGreaterThan(0);
    host.handle(start(2));
    await host.idle();
    expect(opened.filter((entry) => entry.startsWith('wasm')).length).toBe(2);
    expect(types(events, 2).at(-1)).toBe('ended');
  });

  it('times one racer alone, which has the same bits as in the race', async () => {
    const { host, events } = setup();
    host.handle(start(1));
    host.handle({ type: 'measureSolo', generation: 1, config, racerKey: 'b', backend: 'wasm', baseUrl: 'https://example.org/' });
    await host.idle();
    const [solo] = only(events, 'solo');
    const [ended] = only(events, 'ended');
    expect(solo?.racerKey).toBe('b');
    expect(solo?.msPerStep).toBeGreaterThan(0);
    expect(solo?.backend).toEqual(ended?.result.backend);
    const inRace = ended?.result.runs.find(({ racerKey }) => racerKey === 'b')?.series[0];
    expect(solo?.losses).toEqual(inRace);
    expect(inRace?.length).toBe(20);
  });
});
