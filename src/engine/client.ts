import type { BackendId, RaceConfig } from './config.ts';
import type { Command, Event, Failure } from './protocol.ts';
import { Watchdog } from './watchdog.ts';

/** What the client needs of a worker. */
export interface WorkerPort {
  postMessage(command: Command): void;
  terminate(): void;
  onmessage: ((message: MessageEvent<Event>) => void) | null;
  onerror: ((error: ErrorEvent) => void) | null;
}

export interface RaceClientOptions {
  readonly createWorker?: () => WorkerPort;
  /** Absolute URL of the folder the page is served from, with a trailing slash: data and WebAssembly files lie below it. */
  readonly baseUrl?: string;
}

type WithoutGeneration<C> = C extends Command ? Omit<C, 'generation'> : never;

const UNRESPONSIVE: Failure = {
  kind: 'unresponsive',
  message: 'The training worker stopped answering and was ended.',
  advice: 'What was measured is kept. Run again, with a smaller width or batch size if it happens again.',
  control: 'width',
};

/**
 * The page's side of the engine: owns the worker, numbers the races, drops events of races that are over, and ends a worker that hangs.
 * After a failure the next `start` begins with a fresh worker.
 */
export class RaceClient {
  readonly #createWorker: () => WorkerPort;
  readonly #baseUrl: string;
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #watchdog = new Watchdog(() => this.#fail(UNRESPONSIVE));
  #worker: WorkerPort | null = null;
  #generation = 0;

  constructor(options: RaceClientOptions = {}) {
    this.#createWorker =
      options.createWorker ??
      (() => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'freestep-engine' }) as WorkerPort);
    this.#baseUrl = options.baseUrl ?? new URL('./', globalThis.location.href).href;
  }

  /** Calls `listener` with every event of the current race; returns how to stop that. */
  subscribe(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts a race; the one before it, if any, is over and says nothing more. */
  start(config: RaceConfig, { backend, paused }: { readonly backend: BackendId | null; readonly paused: boolean }): void {
    this.#generation++;
    this.#send({ type: 'start', config, backend, paused, baseUrl: this.#baseUrl });
    this.#watchdog.watch('loading');
  }

  pause(): void {
    this.#send({ type: 'pause' });
  }

  resume(): void {
    this.#send({ type: 'resume' });
  }

  /** One step of a paused race. */
  step(): void {
    this.#send({ type: 'step' });
  }

  /** Ends the race; `ended` follows with what was measured. */
  stop(): void {
    this.#send({ type: 'stop' });
  }

  /** Times one racer alone, after the race that is running if there is one; `solo` follows. */
  measureSolo(config: RaceConfig, racerKey: string, backend: BackendId | null): void {
    this.#send({ type: 'measureSolo', config, racerKey, backend, baseUrl: this.#baseUrl });
  }

  /** Ends the worker and forgets the listeners. */
  dispose(): void {
    this.#endWorker();
    this.#listeners.clear();
  }

  #send(command: WithoutGeneration<Command>): void {
    this.#worker ??= this.#openWorker();
    this.#worker.postMessage({ ...command, generation: this.#generation });
  }

  #openWorker(): WorkerPort {
    const worker = this.#createWorker();
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = ({ message }) =>
      this.#fail({
        kind: 'internal',
        message: `The training worker failed: ${message || 'its script could not be loaded'}.`,
        advice: 'Reload the page. If it happens again, please report it with the link of this race.',
        control: null,
      });
    return worker;
  }

  #receive(event: Event): void {
    if (event.generation !== this.#generation) return;
    this.#watchdog.heard();
    switch (event.type) {
      case 'samples':
        this.#watchdog.watch('running');
        break;
      case 'state':
        // The first steps still compile kernels: loading lasts until the first samples.
        if (event.state === 'paused') this.#watchdog.watch('loading');
        break;
      case 'ended':
      case 'failed':
        this.#watchdog.rest();
        break;
      case 'backend':
      case 'loading':
      case 'started':
      case 'evaluation':
      case 'diverged':
      case 'heartbeat':
      case 'solo':
        break;
      default:
        event satisfies never;
    }
    // After a failed device the worker's backend is unusable: the next race gets a fresh one.
    if (event.type === 'failed' && (event.failure.kind === 'device-lost' || event.failure.kind === 'gpu-error')) this.#endWorker();
    this.#emit(event);
  }

  #fail(failure: Failure): void {
    this.#endWorker();
    this.#emit({ type: 'failed', generation: this.#generation, failure });
  }

  #endWorker(): void {
    this.#watchdog.rest();
    if (this.#worker !== null) {
      this.#worker.onmessage = null;
      this.#worker.onerror = null;
      this.#worker.terminate();
    }
    this.#worker = null;
  }

  #emit(event: Event): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}
