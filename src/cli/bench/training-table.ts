import type { Page } from 'playwright';
import { CONTENDERS, type ContenderId } from '../../bench/contenders.ts';
import { type Spread, spreadOf } from '../../bench/sampling.ts';
import type { TrainerFacts, TrainingCase } from '../../bench/trainer.ts';
import type { BenchPages } from './pages.ts';

/** One contender on one case, in its better mode. */
export interface Measured {
  readonly contender: ContenderId;
  readonly place: string;
  readonly isIsolated: boolean;
  readonly stepMs: Spread;
  readonly hostMs: Spread;
  /** Before the first step, compilation included, ms. */
  readonly openMs: number;
  readonly facts: TrainerFacts | null;
  readonly rounds: number;
}

/** A contender that cannot do a case, with its own words. */
export interface Unable {
  readonly contender: ContenderId;
  readonly reason: string;
}

export interface CaseResult {
  readonly on: TrainingCase;
  readonly measured: readonly Measured[];
  readonly unable: readonly Unable[];
}

interface Open {
  readonly contender: ContenderId;
  readonly isIsolated: boolean;
  readonly page: Page;
  readonly id: number;
  readonly place: string;
  readonly facts: TrainerFacts | null;
  readonly openMs: number;
  readonly stepMs: number[];
  readonly hostMs: number[];
}

/** Shortest sample. */
const SAMPLE_MS = 50;
/** The losses at this step are compared. */
const CHECKED_STEPS = 8;
/**
 * Relative difference of losses that is taken for rounding. All compute in float32; Adam's first updates have the size of the learning rate
 * whatever the gradient, so a gradient near 0 whose sign is rounding moves its parameter by 1e-3, and some dozens of such parameters
 * move the loss in its fourth or fifth digit. A wrong layer, batch, rate or correction is off by 1e-2 and more after 8 steps.
 */
const LOSS_TOLERANCE = 1e-3;

/** Rejects contenders that train something else. */
function assertSameLosses(all: readonly { readonly open: Open; readonly losses: readonly number[] }[], on: TrainingCase): void {
  const [first] = all;
  for (const { open, losses } of all) {
    losses.forEach((loss, run) => {
      const expected = first?.losses[run] as number;
      if (Math.abs(loss - expected) <= LOSS_TOLERANCE * Math.abs(expected)) return;
      throw new Error(
        `${on.network.id}, R = ${on.runs}: run ${run} of ${open.contender} has loss ${loss} at step ${CHECKED_STEPS}, that of ${first?.open.contender} ${expected}.`,
      );
    });
    if (losses.length !== on.runs) throw new Error(`${open.contender} reports ${losses.length} losses of ${on.runs} runs.`);
  }
}

/** Opens all contenders on one case, checks that they train the same, and measures them in turn, `rounds` times. */
export async function measureCase(
  pages: BenchPages,
  on: TrainingCase,
  contenders: readonly ContenderId[],
  rounds: number,
  say: (text: string) => void,
): Promise<CaseResult> {
  const opened: Open[] = [];
  const unable: Unable[] = [];
  const checked: { readonly open: Open; readonly losses: readonly number[] }[] = [];
  for (const contender of contenders) {
    for (const isIsolated of CONTENDERS[contender].mayUseThreads ? [false, true] : [false]) {
      const page = isIsolated ? pages.isolated : pages.plain;
      try {
        const about = await page.evaluate((given) => window.freestepBench?.open(given.contender, given.on), { contender, on });
        if (about === undefined) throw new Error('the page has no measurements');
        const open: Open = { contender, isIsolated, page, ...about, stepMs: [], hostMs: [] };
        opened.push(open);
        const losses = await page.evaluate((given) => window.freestepBench?.losses(given.id, given.steps), {
          id: open.id,
          steps: CHECKED_STEPS,
        });
        checked.push({ open, losses: losses ?? [] });
      } catch (error) {
        unable.push({ contender, reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) });
      }
    }
  }
  assertSameLosses(checked, on);
  // The first round chooses how many steps a sample takes and is dropped.
  for (let round = 0; round <= rounds; round++) {
    say(`${on.network.id} R=${on.runs} round ${round} of ${rounds}`);
    for (const { page, id, stepMs, hostMs } of checked.map(({ open }) => open)) {
      const sample = await page.evaluate((given) => window.freestepBench?.sample(given.id, given.ms), { id, ms: SAMPLE_MS });
      if (round === 0 || sample === undefined) continue;
      stepMs.push(sample.stepMs);
      hostMs.push(sample.hostMs);
    }
  }
  for (const { page, id } of opened) await page.evaluate((given) => window.freestepBench?.close(given), id);
  const modes = checked.map(({ open: { stepMs, hostMs, contender, place, isIsolated, openMs, facts } }) => ({
    contender,
    place,
    isIsolated,
    openMs,
    facts,
    rounds,
    stepMs: spreadOf(stepMs),
    hostMs: spreadOf(hostMs),
  }));
  const better = contenders.flatMap((contender) => {
    const own = modes.filter((mode) => mode.contender === contender);
    return own.length === 0 ? [] : [own.reduce((best, mode) => (mode.stepMs.median < best.stepMs.median ? mode : best))];
  });
  return { on, measured: better, unable };
}
