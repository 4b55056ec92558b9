import type { RaceConfig, RacerConfig, ScheduleConfig } from '../../engine/config.ts';
import { chooseWorkload, setBatch, setHorizon, setOption } from './edit.ts';
import { isSameValue } from './labels.ts';

const isSameSchedule = (a: ScheduleConfig | null, b: ScheduleConfig | null) => a === b || (a?.kind === b?.kind && a?.warmup === b?.warmup);

function changedInRacer(edited: RacerConfig, run: RacerConfig): number {
  if (edited.optimizer !== run.optimizer) return 1;
  const names = new Set([...Object.keys(edited.hyper), ...Object.keys(run.hyper)]);
  let count = 0;
  for (const name of names) if (!isSameValue(edited.hyper[name], run.hyper[name])) count++;
  if (edited.labelSmoothing !== run.labelSmoothing) count++;
  if (edited.dropout !== run.dropout) count++;
  if (edited.auxDropout !== run.auxDropout) count++;
  if (!isSameSchedule(edited.schedule, run.schedule)) count++;
  if (edited.horizon !== run.horizon) count++;
  return count;
}

/** Names of the options that differ; another workload has other options, which are no changes of their own. */
function changedOptions(edited: RaceConfig, run: RaceConfig): readonly string[] {
  if (edited.workload.id !== run.workload.id) return [];
  const names = new Set([...Object.keys(edited.workload.options), ...Object.keys(run.workload.options)]);
  return [...names].filter((name) => edited.workload.options[name] !== run.workload.options[name]);
}

function countDifferences(edited: RaceConfig, run: RaceConfig): number {
  let count = edited.workload.id === run.workload.id ? changedOptions(edited, run).length : 1;
  for (const name of ['batch', 'seed', 'seeds', 'horizon'] as const) if (edited[name] !== run[name]) count++;
  if (edited.schedule.kind !== run.schedule.kind) count++;
  if (edited.schedule.warmup !== run.schedule.warmup) count++;
  const runByKey = new Map(run.racers.map((racer) => [racer.key, racer]));
  for (const racer of edited.racers) {
    const other = runByKey.get(racer.key);
    count += other ? changedInRacer(racer, other) : 1;
    runByKey.delete(racer.key);
  }
  return count + runByKey.size;
}

/** The run after the edits that take others with them (batch size and tuned settings follow a workload), and how many those edits were. */
function withLeadingEdits(edited: RaceConfig, run: RaceConfig): { readonly race: RaceConfig; readonly count: number } {
  let race = run;
  let count = 0;
  if (edited.workload.id !== race.workload.id) {
    race = chooseWorkload(race, edited.workload.id);
    count++;
  }
  for (const name of changedOptions(edited, race)) {
    const value = edited.workload.options[name];
    if (value !== undefined) race = setOption(race, name, value);
    count++;
  }
  if (edited.batch !== race.batch) {
    race = setBatch(race, edited.batch);
    count++;
  }
  if (edited.horizon !== race.horizon) {
    race = setHorizon(race, edited.horizon);
    count++;
  }
  // What has been counted must not be counted again, also where an edit could not be followed.
  return { race: { ...race, workload: edited.workload }, count };
}

/**
 * How many settings of the edited race are not in the run on screen; 0 only when none differs. Adding or removing a racer counts once;
 * hiding one and the order of racers count nothing, because no number depends on them. What followed another change by itself
 * (the batch size and the tuned settings of another workload) is not counted beside it.
 */
export function countChanges(edited: RaceConfig, run: RaceConfig): number {
  if (edited === run) return 0;
  const plain = countDifferences(edited, run);
  if (plain <= 1) return plain;
  const { race, count } = withLeadingEdits(edited, run);
  // A link or an undone edit may have left behind what would have followed; then the plain count is the smaller one.
  return Math.min(plain, count + countDifferences(edited, race));
}
