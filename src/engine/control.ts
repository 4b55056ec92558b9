/** What a training loop may do next. */
export type Permission = 'run' | 'single' | 'stop';

/** Pause, resume, single steps and stop of one race. The loop asks before each chunk of steps; commands answer. */
export class RaceControl {
  #state: 'running' | 'paused' | 'stopped';
  #singleSteps = 0;
  #wake: (() => void) | null = null;

  constructor(isPaused: boolean) {
    this.#state = isPaused ? 'paused' : 'running';
  }

  get isPaused(): boolean {
    return this.#state === 'paused';
  }

  get isStopped(): boolean {
    return this.#state === 'stopped';
  }

  pause(): void {
    if (this.#state === 'running') this.#change('paused');
  }

  resume(): void {
    if (this.#state === 'paused') this.#change('running');
  }

  /** One step of a paused race; a running race is paused after the chunk in progress and then makes it. */
  single(): void {
    if (this.#state === 'stopped') return;
    this.#singleSteps++;
    this.#change('paused');
  }

  /** Final. */
  stop(): void {
    this.#change('stopped');
  }

  /** Waits while paused. 'single' allows exactly one step. */
  async permission(): Promise<Permission> {
    for (;;) {
      if (this.#state === 'stopped') return 'stop';
      if (this.#state === 'running') {
        this.#singleSteps = 0;
        return 'run';
      }
      if (this.#singleSteps > 0) {
        this.#singleSteps--;
        return 'single';
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #change(state: 'running' | 'paused' | 'stopped'): void {
    this.#state = state;
    this.#wake?.();
    this.#wake = null;
  }
}
