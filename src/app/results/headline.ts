import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import { inSentence } from '../../workloads/words.ts';
import { formatInteger } from '../ui/format.ts';
import { metricText } from './metric-text.ts';
import type { RacerSummary, RaceSummary } from './summary.ts';

/** What the race says, in one to three sentences computed from its results. The page never presumes a winner. */
export function headline(summary: RaceSummary): string {
  const { racers, stepsDone, totalSteps } = summary;
  if (racers.length === 0) return '';
  if (stepsDone === 0) return '';
  const sentences = [
    comparison(summary),
    tuningSentence(baselineOf(summary), racers),
    ...divergences(racers),
    summary.seeds > 1 ? `Medians of ${summary.seeds} seeds.` : '',
  ];
  const text = sentences.filter((sentence) => sentence !== '').join(' ');
  if (summary.isOver) return text;
  return `${summary.isStopped ? 'Stopped at' : 'At'} step ${formatInteger(stepsDone)} of ${formatInteger(totalSteps)}: ${text}`;
}

/** Whether what has not happened will not happen any more. */
const isEnded = ({ isOver, isStopped }: RaceSummary): boolean => isOver || isStopped;

/** The baseline to be measured against: a tuned one before others, then the fastest, then the best. */
export function baselineOf(summary: RaceSummary): RacerSummary | null {
  const baselines = ofFamily(summary, 'baseline');
  const tuned = baselines.filter(({ tuning }) => tuning.kind === 'tuned');
  return ranked(tuned.length > 0 ? tuned : baselines, summary)[0] ?? null;
}

const ofFamily = ({ racers }: RaceSummary, family: OptimizerDefinition['family']): readonly RacerSummary[] =>
  racers.filter(({ definition }) => definition.family === family);

const steps = (racer: RacerSummary): number => racer.stepsToTarget ?? Number.POSITIVE_INFINITY;

/** By steps to the target; those that arrived together, or not at all, by their best metric. */
function ranked(racers: readonly RacerSummary[], { metric }: RaceSummary): readonly RacerSummary[] {
  const sign = metric?.direction === 'higher' ? -1 : 1;
  const distance = ({ best }: RacerSummary): number => (best === null ? Number.POSITIVE_INFINITY : sign * best);
  const order = (a: number, b: number): number => (a === b ? 0 : a - b);
  return racers.toSorted((a, b) => order(steps(a), steps(b)) || order(distance(a), distance(b)));
}

function comparison(summary: RaceSummary): string {
  const { racers, target } = summary;
  const ended = isEnded(summary);
  if (!target) return withoutTarget(summary);
  const reached = ranked(racers, summary).filter(({ stepsToTarget }) => stepsToTarget !== null);
  if (reached.length === 0) return nobody(summary, target.value);
  const baseline = baselineOf(summary);
  const free = ranked(ofFamily(summary, 'free'), summary);
  const bestFree = free[0];
  if (!baseline || !bestFree) return arrivals(reached, racers, ended);
  if (bestFree.stepsToTarget === null) {
    if (baseline.stepsToTarget === null) return arrivals(reached, racers, ended);
    const none =
      free.length === 1 ? `${bestFree.label} ${notReached(bestFree, ended)}` : `no learning-rate-free method ${ended ? 'did' : 'has yet'}`;
    const value = `best ${metricText(bestFree.best, summary.metric)}`;
    const how =
      bestFree.best === null ? '' : ` (${free.length === 1 ? '' : `${bestFree.label} ${ended ? 'came' : 'is'} closest: `}${value})`;
    return `${baseline.label} reached the target in ${formatInteger(steps(baseline))} steps; ${none}${how}.`;
  }
  if (baseline.stepsToTarget === null) {
    return `${bestFree.label} reached the target in ${formatInteger(steps(bestFree))} steps; ${baseline.label} ${notReached(baseline, ended)}.`;
  }
  if (bestFree.stepsToTarget === baseline.stepsToTarget) {
    return `${bestFree.label} and ${baseline.label} reached the target at the same evaluation, after ${formatInteger(steps(baseline))} steps.`;
  }
  const ratio = Number((bestFree.stepsToTarget / baseline.stepsToTarget).toPrecision(2));
  return `${bestFree.label} reached the target in ${ratio} times ${possessive(baseline.label)} steps (${formatInteger(bestFree.stepsToTarget)} against ${formatInteger(baseline.stepsToTarget)}).`;
}

/** Who came closest, and the closest of the other family. */
function nobody(summary: RaceSummary, target: number): string {
  const { racers, metric } = summary;
  const ended = isEnded(summary);
  const none = `No racer ${ended ? 'reached' : 'has reached'} the target of ${metricText(target, metric)}${ended ? '' : ' yet'}`;
  const [best] = ranked(racers, summary);
  if (!best || best.best === null) return `${none}.`;
  const rival = rivalOf(best, summary);
  const ahead = rival ? `, before ${rival.label} with ${metricText(rival.best, metric)}` : '';
  return `${none}; ${best.label} ${ended ? 'came' : 'is'} closest with ${metricText(best.best, metric)}${ahead}.`;
}

/** The first of the family that a racer does not belong to, if it has been evaluated. */
function rivalOf(racer: RacerSummary, summary: RaceSummary): RacerSummary | null {
  const [rival] = ranked(ofFamily(summary, racer.definition.family === 'free' ? 'baseline' : 'free'), summary);
  return rival && rival.best !== null ? rival : null;
}

function notReached({ isOver, divergedSeeds, seeds }: RacerSummary, ended: boolean): string {
  if (divergedSeeds === seeds && seeds > 0) return 'diverged before it';
  return isOver || ended ? 'did not' : 'has not yet';
}

const possessive = (name: string) => (name.endsWith('s') ? `${name}'` : `${name}'s`);

/** Without one of the two families there is nothing to divide by: the order of arrival. */
function arrivals(reached: readonly RacerSummary[], racers: readonly RacerSummary[], ended: boolean): string {
  const order = reached.map(({ label, stepsToTarget }, index) =>
    index === 0 ? `${label} reached the target in ${formatInteger(stepsToTarget)} steps` : `${label} in ${formatInteger(stepsToTarget)}`,
  );
  const missing = racers.length - reached.length;
  const rest =
    missing === 0 ? '' : `; ${missing} of ${racers.length} racers ${ended ? 'did not' : missing === 1 ? 'has not yet' : 'have not yet'}`;
  return `${order.join(', ')}${rest}.`;
}

function withoutTarget(summary: RaceSummary): string {
  const { racers, metric } = summary;
  const [best] = ranked(racers, summary);
  if (!best || best.best === null) return 'There is no target for these settings, and no evaluation yet.';
  const rival = rivalOf(best, summary);
  const other = rival ? `, ${rival.label} ${metricText(rival.best, metric)}` : '';
  return `There is no target for these settings. Best ${inSentence(metric?.label ?? 'Metric')}: ${best.label} ${metricText(best.best, metric)}${other}.`;
}

/** What the baseline cost before the race, or that nothing was paid for it. */
function tuningSentence(baseline: RacerSummary | null, racers: readonly RacerSummary[]): string {
  const hasFree = racers.some(({ definition }) => definition.family === 'free');
  if (!baseline) return hasFree ? 'There is no baseline in this race.' : '';
  const { tuning, definition } = baseline;
  if (tuning.kind === 'untuned') return `${definition.label} was not tuned for this race.`;
  const cost = `tuning ${definition.label} cost ${formatInteger(tuning.runs)} runs`;
  return tuning.matches ? `${upperFirst(cost)}.` : `${definition.label} was tuned for other settings; ${cost}.`;
}

const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function divergences(racers: readonly RacerSummary[]): readonly string[] {
  return racers
    .filter(({ divergedSeeds }) => divergedSeeds > 0)
    .map(({ label, divergedSeeds, seeds, divergedAt }) =>
      seeds === 1
        ? `${label} diverged at step ${formatInteger(divergedAt)}.`
        : `${label} diverged in ${divergedSeeds} of ${seeds} seeds, first at step ${formatInteger(divergedAt)}.`,
    );
}
