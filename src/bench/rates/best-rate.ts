/** Shortest sample of a rate. */
const SAMPLE_MS = 40;
const SAMPLES = 5;
const MOST_REPEATS = 4096;

/**
 * Work per second at its best of some samples: a rate is what a machine can do, and disturbances only lower it.
 * @param work amount of one repeat
 * @param repeat makes that many repeats and resolves when they are done
 */
export async function bestRate(work: number, repeat: (count: number) => Promise<void> | void): Promise<number> {
  let count = 1;
  let best = 0;
  // The first sample chooses the number of repeats.
  for (let sample = 0; sample <= SAMPLES; sample++) {
    const start = performance.now();
    await repeat(count);
    const ms = performance.now() - start;
    if (sample > 0) best = Math.max(best, (1000 * count * work) / ms);
    count = Math.max(1, Math.min(MOST_REPEATS, Math.ceil((count * SAMPLE_MS) / Math.max(ms, 0.1))));
  }
  return best;
}
