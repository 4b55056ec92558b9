import { ENTRY, EPOCH, FAILED, PENDING, runsAt, SHARES, STOP, waitWhile } from './control.mjs';

/**
 * Threads that make the steps of one program together: the caller and its helpers each have their own runs, and a step ends when all of them
 * are done. Which thread makes a run changes no bit of it, as runs share no memory that a step writes.
 */
export class ThreadTeam {
  readonly #threads: number;
  readonly #words: Int32Array;
  readonly #entries: readonly string[];
  readonly #onDispose: () => void;

  /** Memory of the team's control words. */
  static control(threads: number, runs: number): SharedArrayBuffer {
    return new SharedArrayBuffer((runsAt(threads) + runs) * Int32Array.BYTES_PER_ELEMENT);
  }

  /** @param threads all threads, the caller's included; the helpers serve the same control words @param entries of the program, in its order */
  constructor(control: SharedArrayBuffer, threads: number, entries: readonly string[], onDispose: () => void) {
    this.#threads = threads;
    this.#words = new Int32Array(control);
    this.#entries = entries;
    this.#onDispose = onDispose;
  }

  /** Tells the helpers their shares of `runs`, and returns the caller's. `join` has to follow. */
  start(entry: string, runs: readonly number[]): readonly number[] {
    const words = this.#words;
    for (let thread = 0; thread <= this.#threads; thread++) words[SHARES + thread] = Math.round((thread * runs.length) / this.#threads);
    words.set(runs, runsAt(this.#threads));
    words[ENTRY] = this.#entries.indexOf(entry);
    words[PENDING] = this.#threads - 1;
    this.#tell();
    return runs.slice(0, words[SHARES + 1]);
  }

  /** Waits until the helpers have made their shares. Throws if one of them could not. */
  join(): void {
    const words = this.#words;
    for (let left = Atomics.load(words, PENDING); left > 0; left = Atomics.load(words, PENDING)) waitWhile(words, PENDING, left);
    if (Atomics.load(words, FAILED) !== 0) throw new Error('A thread of the training step failed.');
  }

  /** Sends the helpers back to wait for another program. */
  dispose(): void {
    this.#words[ENTRY] = STOP;
    this.#tell();
    this.#onDispose();
  }

  #tell(): void {
    Atomics.add(this.#words, EPOCH, 1);
    Atomics.notify(this.#words, EPOCH);
  }
}
