import { CONTENDERS, type ContenderId, PRODUCT } from './contenders.ts';
import type { CheckedSteps, DeviceUse } from './protocol.ts';
import type { CaseResult, Measured, Unable } from './results.ts';
import { type Sample, spreadOf } from './sampling.ts';
import type { TrainerFacts, TrainingCase } from './trainer.ts';

/** A training that was opened somewhere else: in a worker, or in a worker of another page. */
export interface OpenedTrainer {
  readonly place: string;
  readonly facts: TrainerFacts | null;
  readonly openMs: number;
  /** Makes `steps` steps and returns every run's loss at the last one, and what the steps did with the device. */
  losses(steps: number): Promise<CheckedSteps>;
  sample(minMs: number): Promise<Sample>;
  /** Makes `steps` steps and returns the memory held after them, bytes. */
  advance(steps: number): Promise<number>;
  close(): Promise<void>;
}

/** Opens a training in a page that is, or is not, cross-origin isolated. */
export type OpenRemote = (contender: ContenderId, on: TrainingCase, isIsolated: boolean) => Promise<OpenedTrainer>;

export interface MeasurePlan {
  readonly contenders: readonly ContenderId[];
  /** Kinds of page to be had; contenders that use threads are measured in each. */
  readonly isolation: readonly boolean[];
  readonly rounds: number;
}

interface Entry {
  readonly contender: ContenderId;
  readonly isIsolated: boolean;
  readonly trainer: OpenedTrainer;
  readonly losses: readonly number[];
  readonly use: DeviceUse;
  readonly samples: Sample[];
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

/** Throws where two contenders train something different: such a comparison means nothing. */
function assertSameLosses(entries: readonly Entry[], { network, runs }: TrainingCase): void {
  const first = entries.find(({ contender }) => contender !== PRODUCT);
  for (const { contender, losses } of entries) {
    if (contender === PRODUCT) continue;
    if (losses.length !== runs) throw new Error(`${network.id}: ${contender} reports ${losses.length} losses of ${runs} runs.`);
    losses.forEach((loss, run) => {
      const expected = first?.losses[run] as number;
      if (Math.abs(loss - expected) <= LOSS_TOLERANCE * Math.abs(expected)) return;
      throw new Error(
        `${network.id}, R = ${runs}: run ${run} of ${contender} has loss ${loss} at step ${CHECKED_STEPS}, that of ${first?.contender} ${expected}.`,
      );
    });
  }
}

function summarize({ contender, isIsolated, trainer: { place, facts, openMs }, use, samples }: Entry): Measured {
  return {
    contender,
    place,
    isIsolated,
    stepMs: spreadOf(samples.map(({ stepMs }) => stepMs)),
    hostMs: spreadOf(samples.map(({ hostMs }) => hostMs)),
    openMs,
    facts,
    use,
    rounds: samples.length,
  };
}

/**
 * Opens all contenders on one case, checks that they train the same, and measures them in turn, round after round, because a machine
 * drifts. A contender that cannot do the case is listed with its reason; one that computes something else is an error.
 */
export async function measureCase(
  open: OpenRemote,
  on: TrainingCase,
  { contenders, isolation, rounds }: MeasurePlan,
  say: (text: string) => void,
): Promise<CaseResult> {
  const entries: Entry[] = [];
  const unable: Unable[] = [];
  const name = `${on.network.id}, R = ${on.runs}`;
  for (const contender of contenders) {
    for (const isIsolated of CONTENDERS[contender].mayUseThreads ? isolation : isolation.slice(0, 1)) {
      say(`${name}: opening ${CONTENDERS[contender].label}`);
      try {
        const trainer = await open(contender, on, isIsolated);
        entries.push({ contender, isIsolated, trainer, ...(await trainer.losses(CHECKED_STEPS)), samples: [] });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        unable.push({ contender, isIsolated, reason: message.split('\n')[0] ?? message });
      }
    }
  }
  assertSameLosses(entries, on);
  // The first round chooses how many steps a sample takes and is dropped.
  for (let round = 0; round <= rounds; round++) {
    say(`${name}: round ${round} of ${rounds}`);
    for (const { trainer, samples } of entries) {
      const sample = await trainer.sample(SAMPLE_MS);
      if (round > 0) samples.push(sample);
    }
  }
  for (const { trainer } of entries) await trainer.close();
  const modes = entries.map(summarize);
  const measured = contenders.flatMap((contender) => {
    const own = modes.filter((mode) => mode.contender === contender);
    return own.length === 0 ? [] : [own.reduce((best, mode) => (mode.stepMs.median < best.stepMs.median ? mode : best))];
  });
  return { on, measured, unable };
}
