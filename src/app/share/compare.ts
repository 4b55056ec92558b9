import type { RaceResult } from '../../engine/result.ts';
import { cleanAdapter, type SharedRace, sharedSteps } from '../../engine/url.ts';
import { sharedOf } from './shared-race.ts';

/**
 * Two runs agree at a step when their losses differ by at most this part of the larger one. Rounding differences grow as training goes on;
 * five per cent is less than one mini-batch's loss differs from the next one's.
 */
export const AGREEMENT = 0.05;

/**
 * Rounding has not had the time to drive losses further apart than this part of the larger one by the first sample of a run: beyond it,
 * with the same data, adapter and version, another race was run than the one that was recorded.
 */
export const EARLY_AGREEMENT = 0.01;

/** How a re-run compares with the run that was shared. Steps are completed race steps, counted from 1. */
export type Comparison =
  /** Nothing to compare yet. */
  | { readonly kind: 'incomplete' }
  /** Every shared loss has the same bits. */
  | { readonly kind: 'identical'; readonly samples: number }
  /** Losses agree to `deviation` (a fraction) until step `untilStep`; `isThroughout` when that is the last one. */
  | {
      readonly kind: 'agrees';
      readonly deviation: number;
      readonly untilStep: number;
      readonly isThroughout: boolean;
      readonly reasons: readonly string[];
    }
  /** Already the first sample is further apart than AGREEMENT. */
  | { readonly kind: 'differs'; readonly deviation: number; readonly atStep: number; readonly reasons: readonly string[] };

interface Pair {
  readonly step: number;
  /** The first shared sample of its run. */
  readonly isFirst: boolean;
  readonly deviation: number;
}

function deviationOf(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const deviation = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
  // Infinity against a number: one of them diverged there.
  return Number.isFinite(deviation) ? deviation : 1;
}

/** All samples that both runs have, ordered by step. */
function pairs(shared: SharedRace, result: RaceResult): readonly Pair[] {
  const again = sharedOf(result);
  return result.runs
    .flatMap(({ racerKey, seed, horizonSteps }, i) => {
      const before = shared.runs.find((run) => run.racerKey === racerKey && run.seed === seed);
      const now = again.runs[i];
      return sharedSteps(horizonSteps).flatMap((step, k) => {
        const a = before?.losses[k] ?? Number.NaN;
        const b = now?.losses[k] ?? Number.NaN;
        return Number.isNaN(a) || Number.isNaN(b) ? [] : [{ step: step + 1, isFirst: k === 0, deviation: deviationOf(a, b) }];
      });
    })
    .sort((a, b) => a.step - b.step);
}

/** What could explain a difference, most telling first. */
function reasonsOf(shared: SharedRace, result: RaceResult, compared: readonly Pair[]): readonly string[] {
  const reasons: string[] = [];
  const changed = shared.fingerprints.filter(({ seed, hash }) => result.fingerprints.find((other) => other.seed === seed)?.hash !== hash);
  if (changed.length > 0) {
    const seeds = changed.map(({ seed }) => seed).join(', ');
    reasons.push(
      `The fingerprint of seed ${seeds} is not the shared one: the run started from other parameters or saw other batches, so the settings in the link, the data or the code have changed since.`,
    );
  }
  const here = { id: result.backend.id, adapter: cleanAdapter(result.backend.adapter) };
  if (shared.backend.id !== here.id || arithmeticOf(shared.backend.adapter) !== arithmeticOf(here.adapter)) {
    reasons.push(
      `It was made on ${nameOf(shared.backend)}, this one on ${nameOf(here)}: another adapter adds in another order and rounds differently.`,
    );
  }
  if (shared.version !== result.version) reasons.push(`It was made by Freestep ${shared.version}; this is ${result.version}.`);
  if (reasons.length === 0) {
    const isFarEarly = compared.some(({ isFirst, deviation }) => isFirst && deviation > EARLY_AGREEMENT);
    const edited = 'the settings in the link may have been changed after its losses were recorded';
    reasons.push(
      `Fingerprints, adapter and version are the same: ${edited}${isFarEarly ? '' : ', or a driver or browser update computes differently'}.`,
    );
  }
  return reasons;
}

/** An adapter's name without its number of threads, which changes no bit. */
const arithmeticOf = (adapter: string): string => adapter.replace(/, (up to )?\d+ threads?$/, '');

function nameOf({ id, adapter }: SharedRace['backend']): string {
  return `${id === 'webgpu' ? 'WebGPU' : 'WASM'} (${adapter})`;
}

/** Compares a finished or stopped re-run of the same race with what its link says. */
export function compareWithShared(shared: SharedRace, result: RaceResult): Comparison {
  const compared = pairs(shared, result);
  const [first] = compared;
  if (!first) return { kind: 'incomplete' };
  if (compared.every(({ deviation }) => deviation === 0)) return { kind: 'identical', samples: compared.length };
  const reasons = reasonsOf(shared, result, compared);
  const broken = compared.find(({ deviation }) => deviation > AGREEMENT);
  const agreeing = broken ? compared.filter(({ step }) => step < broken.step) : compared;
  const last = agreeing.at(-1);
  if (!last)
    return {
      kind: 'differs',
      deviation: Math.max(...compared.filter(({ step }) => step === first.step).map((pair) => pair.deviation)),
      atStep: first.step,
      reasons,
    };
  return {
    kind: 'agrees',
    deviation: Math.max(...agreeing.map(({ deviation }) => deviation)),
    untilStep: last.step,
    isThroughout: !broken,
    reasons,
  };
}
