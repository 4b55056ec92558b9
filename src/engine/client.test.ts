import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RaceClient, type WorkerPort } from './client.ts';
import type { RaceConfig } from './config.ts';
import type { Command, Event } from './protocol.ts';
import { SILENCE_LIMIT_MS } from './watchdog.ts';

class FakeWorker implements WorkerPort {
  readonly received: Command[] = [];
  isTerminated = false;
  onmessage: ((message: MessageEvent<Event>) => void) | null = null;
  onerror: ((error: ErrorEvent) => void) | null = null;

  postMessage(command: Command): void {
    this.received.push(command);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  say(event: Event): void {
    this.onmessage?.({ data: event } as MessageEvent<Event>);
  }
}

const config = { batch: 16 } as RaceConfig;
const options = { backend: null, paused: false } as const;

function setup() {
  const workers: FakeWorker[] = [];
  const events: Event[] = [];
  const client = new RaceClient({
    createWorker: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    baseUrl: 'https://example.org/',
  });
  client.subscribe((event) => events.push(event));
  const worker = (): FakeWorker => workers.at(-1) as FakeWorker;
  return { client, workers, events, worker };
}

const heartbeat = (generation: number): Event => ({ type: 'heartbeat', generation, step: 0 });
const samples = (generation: number): Event => ({
  type: 'samples',
  generation,
  firstStep: 0,
  count: 0,
  runs: [],
  seconds: new Float32Array(),
});

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('race client', () => {
  it('starts its worker with the first command and keeps it', () => {
    const { client, workers, worker } = setup();
    expect(workers.length).toBe(0);
    client.start(config, options);
    client.pause();
    client.start(config, options);
    expect(workers.length).toBe(1);
    expect(worker().received.map(({ type, generation }) => [type, generation])).toEqual([
      ['start', 1],
      ['pause', 1],
      ['start', 2],
    ]);
    client.dispose();
  });

  it('passes on events of the current race only', () => {
    const { client, events, worker } = setup();
    client.start(config, options);
    client.start(config, options);
    worker().say(heartbeat(1));
    worker().say(heartbeat(2));
    expect(events).toEqual([heartbeat(2)]);
    client.dispose();
  });

  it('ends a worker that falls silent while running, says so, and starts the next race on a new one', () => {
    const { client, workers, events, worker } = setup();
    client.start(config, options);
    worker().say(samples(1));
    vi.advanceTimersByTime(SILENCE_LIMIT_MS.running + 500);
    expect(worker().isTerminated).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'failed', generation: 1, failure: { kind: 'unresponsive' } });
    vi.advanceTimersByTime(100_000);
    expect(events.filter(({ type }) => type === 'failed').length).toBe(1);
    client.start(config, options);
    expect(workers.length).toBe(2);
    client.dispose();
  });

  it('is patient while loading, and as long as heartbeats come', () => {
    const { client, events, worker } = setup();
    client.start(config, options);
    vi.advanceTimersByTime(SILENCE_LIMIT_MS.loading - 1_000);
    expect(worker().isTerminated).toBe(false);
    for (let i = 0; i < 100; i++) {
      worker().say(heartbeat(1));
      vi.advanceTimersByTime(1_000);
    }
    worker().say(samples(1));
    for (let i = 0; i < 20; i++) {
      vi.advanceTimersByTime(1_500);
      worker().say(heartbeat(1));
    }
    expect(worker().isTerminated).toBe(false);
    expect(events.some(({ type }) => type === 'failed')).toBe(false);
    client.dispose();
  });

  it('allows longer silences to a race whose steps have been slow from the start', () => {
    const { client, worker } = setup();
    client.start(config, options);
    vi.advanceTimersByTime(5_000);
    worker().say(samples(1));
    vi.advanceTimersByTime(5_000);
    expect(worker().isTerminated).toBe(false);
    vi.advanceTimersByTime(20_000);
    expect(worker().isTerminated).toBe(true);
  });

  it('rests after the race is over', () => {
    const { client, events, worker } = setup();
    client.start(config, options);
    worker().say(samples(1));
    worker().say({ type: 'failed', generation: 1, failure: { kind: 'data-missing', message: '', advice: '', control: null } });
    vi.advanceTimersByTime(1_000_000);
    expect(worker().isTerminated).toBe(false);
    expect(events.filter(({ type }) => type === 'failed').length).toBe(1);
    client.dispose();
  });

  it('takes a new worker after the device was lost', () => {
    const { client, workers, worker } = setup();
    client.start(config, options);
    worker().say({ type: 'failed', generation: 1, failure: { kind: 'device-lost', message: '', advice: '', control: null } });
    expect(workers[0]?.isTerminated).toBe(true);
    client.start(config, options);
    expect(workers.length).toBe(2);
    client.dispose();
  });

  it('reports a worker whose script cannot be loaded', () => {
    const { client, events, worker } = setup();
    client.start(config, options);
    worker().onerror?.({ message: '' } as ErrorEvent);
    expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { kind: 'internal' } });
    client.dispose();
  });
});
