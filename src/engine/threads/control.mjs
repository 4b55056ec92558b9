/**
 * The words that a team of threads shares, int32: how many steps have been told, how many helpers are still at the last one, what it is,
 * whether one of them failed; then for each thread where its share of the runs begins (and for the last one where it ends), then the runs.
 */
export const EPOCH = 0;
export const PENDING = 1;
export const ENTRY = 2;
export const FAILED = 3;
export const SHARES = 4;

/** In the place of an entry: the program is over. */
export const STOP = -1;

/** Looks at a word this often before it sleeps: waking up costs some 10 microseconds, a step of a small race a few hundred. */
const SPINS = 2000;

/** First word of the list of runs. */
export const runsAt = (threads) => SHARES + threads + 1;

/** Returns as soon as the word is no longer `value`. */
export function waitWhile(words, index, value) {
  for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(words, index) !== value) return;
  while (Atomics.load(words, index) === value) Atomics.wait(words, index, value);
}
