import packageFile from '../../package.json' with { type: 'json' };
import { defaultRace } from '../engine/default-config.ts';
import { withEnginePage } from './headless/engine-page.ts';
import type {} from './measure/page.ts';
import { runInChromium } from './race/run-in-chromium.ts';

const OPTIMIZERS = ['adamw', 'prodigy'] as const;
const RUNS = 8;
const STEPS = 20;
const ROUNDS = 7;
/** Together, runs never take longer than one after the other would, up to what times scatter. On a graphics processor they take far less. */
const MOST_TIMES_ONE = 1.1 * RUNS;
/** What the host may spend on a step: batches, encoding, optimizers. */
const MOST_HOST_MS = 0.1;
const HELD_AFTER = [100, 2_000] as const;
const REPEATED_STEPS = 40;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** `node scripts/cli.mjs measure`: the engine's numbers on WebGPU in headless Chromium. Exits with 1 when one misses its bar. */
export async function main(): Promise<number> {
  let isMet = true;
  const judge = (text: string, isGood: boolean): void => {
    isMet &&= isGood;
    console.log(`${isGood ? 'ok  ' : 'MISS'}  ${text}`);
  };

  for (const optimizer of OPTIMIZERS) {
    await withEnginePage('/src/cli/measure/page.ts', {}, async (page) => {
      const times = await page.evaluate((given) => window.freestepStepTimes(given.optimizer, given.runs, given.steps, given.rounds), {
        optimizer,
        runs: RUNS,
        steps: STEPS,
        rounds: ROUNDS,
      });
      const [alone, together] = [median(times.alone), median(times.together)];
      judge(
        `digits, ${optimizer}, ${times.adapter}: ${alone.toFixed(1)} ms per step of 1 run, ${together.toFixed(1)} ms of ${RUNS} (${(together / alone).toFixed(2)} times; at most ${MOST_TIMES_ONE.toFixed(1)}; interleaved medians of ${ROUNDS} x ${STEPS} steps)`,
        together <= MOST_TIMES_ONE * alone,
      );
    });
  }

  await withEnginePage('/src/cli/measure/page.ts', {}, async (page) => {
    const times = await page.evaluate((given) => window.freestepHostTimes(given.steps, given.rounds), { steps: STEPS, rounds: ROUNDS });
    const host = median(times);
    judge(`default race: ${host.toFixed(3)} ms of host time per step (at most ${MOST_HOST_MS})`, host <= MOST_HOST_MS);
  });

  await withEnginePage('/src/cli/measure/page.ts', {}, async (page) => {
    const held = await page.evaluate((counts) => window.freestepHeld(counts), HELD_AFTER as readonly number[]);
    const words = held.map(
      ({ tensors, buffers, bytes }, index) =>
        `${tensors} tensors and ${bytes} bytes in ${buffers} GPU buffers after ${HELD_AFTER[index]} steps`,
    );
    judge(words.join(', '), JSON.stringify(held[0]) === JSON.stringify(held[1]));
  });

  const race = () => runInChromium(defaultRace, REPEATED_STEPS, packageFile.version, () => {});
  const [first, second] = [await race(), await race()];
  const bits = ({ runs }: typeof first): string =>
    JSON.stringify(runs.map(({ series, evaluations }) => [series, evaluations.map(({ step, metrics }) => [step, metrics])]));
  judge(`the default race twice in fresh browsers, ${REPEATED_STEPS} steps: identical bits`, bits(first) === bits(second));
  return isMet ? 0 : 1;
}
