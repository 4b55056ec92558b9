/** What the worker is doing, as far as patience goes. */
export type WatchedPhase = 'loading' | 'running';

/** Longest silence before a worker counts as hung, ms. Compiling and fetching may block for long; running ones report several times a second. */
export const SILENCE_LIMIT_MS = { loading: 60_000, running: 2_000 } as const satisfies Record<WatchedPhase, number>;

/** A running race whose single steps are slow has longer silences by nature: this many times the longest one so far is allowed. */
const SLOW_STEP_FACTOR = 4;
const CHECK_EVERY_MS = 250;

/** Calls `onSilence` once when nothing was heard for too long. */
export class Watchdog {
  readonly #onSilence: () => void;
  #timer: ReturnType<typeof setInterval> | null = null;
  #phase: WatchedPhase = 'loading';
  #silenceMs = 0;
  #longestMs = 0;
  #checkedAt = 0;

  constructor(onSilence: () => void) {
    this.#onSilence = onSilence;
  }

  watch(phase: WatchedPhase): void {
    this.#phase = phase;
    if (this.#timer !== null) return;
    this.#silenceMs = 0;
    this.#longestMs = 0;
    this.#checkedAt = performance.now();
    this.#timer = setInterval(() => this.#check(), CHECK_EVERY_MS);
  }

  heard(): void {
    this.#longestMs = Math.max(this.#longestMs, this.#silenceMs);
    this.#silenceMs = 0;
  }

  rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #check(): void {
    const now = performance.now();
    const passedMs = now - this.#checkedAt;
    this.#checkedAt = now;
    // A late check means that this page slept (a closed laptop, a background tab), not that the worker was silent for so long.
    this.#silenceMs += Math.min(passedMs, 2 * CHECK_EVERY_MS);
    const limitMs =
      this.#phase === 'running' ? Math.max(SILENCE_LIMIT_MS.running, SLOW_STEP_FACTOR * this.#longestMs) : SILENCE_LIMIT_MS.loading;
    if (this.#silenceMs <= limitMs) return;
    this.rest();
    this.#onSilence();
  }
}
