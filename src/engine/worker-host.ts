import type { FetchFile } from '../workloads/definition.ts';
import type { BackendId } from './config.ts';
import { RaceControl } from './control.ts';
import { RaceError } from './failure.ts';
import { failureOf } from './failure-of.ts';
import type { Command, Event } from './protocol.ts';
import { type RaceEvent, runRace } from './run-race.ts';
import type { Runtime } from './runtime.ts';
import { measureSolo } from './solo.ts';

export interface WorkerHostOptions {
  /** Sends an event to the page; the buffers in `transfer` move there. */
  readonly post: (event: Event, transfer: readonly ArrayBuffer[]) => void;
  readonly openBackend: (forced: BackendId | null) => Promise<Runtime>;
  readonly fetchFrom: (dataUrl: string) => FetchFile;
  readonly version: string;
  /** Wanted time between two reports to the page, ms. */
  readonly reportEveryMs: number;
}

/** Sent while a race is alive, so that the page can tell waiting for a slow device from a worker that hangs. */
const HEARTBEAT_MS = 500;

interface CurrentRace {
  readonly generation: number;
  readonly control: RaceControl;
}

/** The worker's side of the protocol: one race at a time, stale commands ignored, a new start ends the race before it. */
export class WorkerHost {
  readonly #options: WorkerHostOptions;
  #current: CurrentRace | null = null;
  #latest = Number.NEGATIVE_INFINITY;
  #runtime: { readonly forced: BackendId | null; readonly runtime: Runtime } | null = null;
  #queue: Promise<void> = Promise.resolve();
  #step = 0;

  constructor(options: WorkerHostOptions) {
    this.#options = options;
  }

  handle(command: Command): void {
    switch (command.type) {
      case 'start': {
        if (command.generation <= this.#latest) return;
        this.#latest = command.generation;
        this.#current?.control.stop();
        const control = new RaceControl(command.paused);
        this.#current = { generation: command.generation, control };
        this.#enqueue(() => this.#race(command, control));
        return;
      }
      case 'measureSolo':
        if (command.generation < this.#latest) return;
        this.#enqueue(() => this.#solo(command));
        return;
      case 'pause':
        this.#controlOf(command.generation)?.pause();
        return;
      case 'resume':
        this.#controlOf(command.generation)?.resume();
        return;
      case 'step':
        this.#controlOf(command.generation)?.single();
        return;
      case 'stop':
        this.#controlOf(command.generation)?.stop();
        return;
      default:
        command satisfies never;
    }
  }

  /** Resolves when everything asked for so far is done; for tests. */
  async idle(): Promise<void> {
    await this.#queue;
  }

  #controlOf(generation: number): RaceControl | null {
    return this.#current?.generation === generation ? this.#current.control : null;
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work);
  }

  async #open(forced: BackendId | null): Promise<Runtime> {
    const open = this.#runtime;
    if (open !== null && open.forced === forced && open.runtime.failure === null) return open.runtime;
    open?.runtime.dispose();
    this.#runtime = null;
    const runtime = await this.#options.openBackend(forced);
    this.#runtime = { forced, runtime };
    return runtime;
  }

  async #race(command: Extract<Command, { type: 'start' }>, control: RaceControl): Promise<void> {
    const { generation, config, baseUrl } = command;
    if (generation !== this.#latest) return;
    const { post } = this.#options;
    const send = (event: RaceEvent): void => {
      if (event.type === 'heartbeat') this.#step = event.step;
      const transfer = event.type === 'samples' ? [...event.runs, event.seconds].map((values) => values.buffer as ArrayBuffer) : [];
      post({ ...event, generation }, transfer);
    };
    this.#step = 0;
    const heartbeat = setInterval(() => post({ type: 'heartbeat', generation, step: this.#step }, []), HEARTBEAT_MS);
    let runtime: Runtime | null = null;
    let unsubscribe: () => void = () => {};
    try {
      send({ type: 'loading', what: 'backend', done: 0, total: 1, unit: 'steps' });
      runtime = await this.#open(command.backend);
      post({ type: 'backend', generation, backend: runtime.info }, []);
      const { onFailure } = runtime;
      const lost = new Promise<never>((_, reject) => {
        unsubscribe = onFailure((failure) => reject(new RaceError(failure)));
      });
      const race = runRace({
        config,
        runtime,
        fetchFile: this.#options.fetchFrom(new URL('data/', baseUrl).href),
        control,
        emit: send,
        version: this.#options.version,
        reportEveryMs: this.#options.reportEveryMs,
      });
      const { result } = await Promise.race([race, lost]);
      post({ type: 'ended', generation, result }, []);
    } catch (error) {
      control.stop();
      const failure = runtime?.failure ?? failureOf(error);
      post({ type: 'failed', generation, failure }, []);
    } finally {
      unsubscribe();
      clearInterval(heartbeat);
      if (this.#current?.generation === generation) this.#current = null;
    }
  }

  async #solo({ generation, config, racerKey, backend, baseUrl }: Extract<Command, { type: 'measureSolo' }>): Promise<void> {
    if (generation < this.#latest) return;
    const { post, fetchFrom } = this.#options;
    try {
      const runtime = await this.#open(backend);
      const { msPerStep, losses } = await measureSolo(config, racerKey, runtime, fetchFrom(new URL('data/', baseUrl).href));
      post({ type: 'solo', generation, racerKey, msPerStep, losses, backend: runtime.info }, []);
    } catch (error) {
      post({ type: 'failed', generation, failure: failureOf(error) }, []);
    }
  }
}
