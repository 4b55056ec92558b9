import type { RacerConfig } from '../../engine/config.ts';
import type { HyperValue } from '../../kernels/step-program.ts';
import type { CardSymbol } from '../../optimizers/card.ts';
import { raceSeries } from '../charts/race-series.ts';
import { formatHyper } from '../store/labels.ts';
import type { RaceSamples, RunSamples } from '../store/samples.ts';
import { formatInteger, formatNumber } from '../ui/format.ts';

/** One step of a racer of the race on screen, whose numbers a card shows. */
export interface RunMoment {
  readonly samples: RaceSamples;
  /** The racer as it runs, which the form may have moved away from. */
  readonly racer: RacerConfig;
  /** The step that is shown, 1 for the first; every value is that of this step, scalars as it left them. */
  readonly step: number;
  /** The newest step there is. */
  readonly newest: number;
  readonly seeds: number;
  readonly firstSeed: number;
}

/** Steps this run has made so far. */
const madeSteps = ({ divergence, horizonSteps }: RunSamples, count: number) => Math.min(count, divergence?.step ?? horizonSteps);

/**
 * What a card can show of a racer: the step that is pointed at, else the newest; null without a run, or where the race on screen has another
 * method under this key.
 * @param pointed updates done, as the charts' crosshair counts.
 */
export function momentOf(
  samples: RaceSamples | null,
  racerKey: string | null,
  optimizer: string,
  pointed: number | null,
): RunMoment | null {
  const racer = samples?.config.racers.find(({ key }) => key === racerKey);
  if (!samples || !racer || racer.optimizer !== optimizer) return null;
  const runs = raceSeries(samples).runs(racer.key);
  const newest = Math.max(0, ...runs.map((run) => madeSteps(run, samples.count)));
  if (newest === 0) return null;
  const step = pointed === null ? newest : Math.min(newest, Math.max(1, pointed));
  return { samples, racer, step, newest, seeds: runs.length, firstSeed: runs[0]?.seed ?? 0 };
}

/** Where the numbers of a moment are from, e.g. 'step 412 of 1 000 (newest), median of 3 seeds'. */
export function momentWords({ samples, step, newest, seeds, firstSeed }: RunMoment): string {
  const which = seeds === 1 ? `seed ${firstSeed}` : `median of ${seeds} seeds`;
  return `step ${formatInteger(step)} of ${formatInteger(samples.totalSteps)}${step === newest ? ' (newest)' : ''}, ${which}`;
}

function columnValue({ samples, racer, step }: RunMoment, name: string): number | null {
  return raceSeries(samples).column(racer.key, name)?.median[step - 1] ?? null;
}

/** The relative schedule's multiplier in the step that is shown. */
function multiplierOf({ samples, racer, step }: RunMoment): number | null {
  return raceSeries(samples).schedule(racer)[step - 1] ?? null;
}

/** A symbol's number as text; null where there is none, because nothing runs or the symbol is a vector. */
export function valueText(symbol: CardSymbol, moment: RunMoment | null, hyper: Readonly<Record<string, HyperValue>>): string | null {
  const { value } = symbol;
  if (!value) return null;
  if (value.kind === 'hyper') {
    const set = (moment?.racer.hyper ?? hyper)[value.name];
    return set === undefined ? null : formatHyper(set);
  }
  if (!moment) return null;
  const number = runValue(value, moment);
  return number === null ? null : formatNumber(number);
}

function runValue(value: Exclude<CardSymbol['value'], undefined | { readonly kind: 'hyper' }>, moment: RunMoment): number | null {
  switch (value.kind) {
    case 'scalar':
      return columnValue(moment, value.name);
    case 'loss':
      return columnValue(moment, 'loss');
    case 'multiplier':
      return multiplierOf(moment);
    case 'L': {
      const { lr } = moment.racer.hyper;
      const multiplier = multiplierOf(moment);
      return multiplier === null ? null : multiplier * (typeof lr === 'number' ? lr : 1);
    }
    default:
      return value satisfies never;
  }
}
