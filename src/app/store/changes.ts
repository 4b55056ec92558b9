import type { RaceConfig, RacerConfig, ScheduleConfig } from '../../engine/config.ts';
import { isSameValue } from './labels.ts';

const isSameSchedule = (a: ScheduleConfig | null, b: ScheduleConfig | null) => a === b || (a?.kind === b?.kind && a?.warmup === b?.warmup);

function changedInRacer(edited: RacerConfig, run: RacerConfig): number {
  if (edited.optimizer !== run.optimizer) return 1;
  const names = new Set([...Object.keys(edited.hyper), ...Object.keys(run.hyper)]);
  let count = 0;
  for (const name of names) if (!isSameValue(edited.hyper[name], run.hyper[name])) count++;
  if (edited.labelSmoothing !== run.labelSmoothing) count++;
  if (edited.dropout !== run.dropout) count++;
  if (!isSameSchedule(edited.schedule, run.schedule)) count++;
  if (edited.horizon !== run.horizon) count++;
  return count;
}

/**
 * How many settings of the edited race are not in the run on screen. Adding or removing a racer counts once;
 * hiding one and the order of racers count nothing, because no number depends on them.
 */
export function countChanges(edited: RaceConfig, run: RaceConfig): number {
  if (edited === run) return 0;
  let count = 0;
  if (edited.workload.id !== run.workload.id) count++;
  else {
    const names = new Set([...Object.keys(edited.workload.options), ...Object.keys(run.workload.options)]);
    for (const name of names) if (edited.workload.options[name] !== run.workload.options[name]) count++;
  }
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
