import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reachesTarget } from '../../engine/recorder.ts';
import { horizonSteps } from '../../engine/runs.ts';
import type { WorkloadOptions } from '../../workloads/definition.ts';
import { optionsKey } from '../../workloads/options.ts';
import type { TargetRecord } from '../../workloads/targets.ts';
import { type TuneArguments, UsageError } from './arguments.ts';
import { binomialInterval } from './binomial.ts';
import { bestPoint, short, writeEntry } from './results.ts';
import { trialScore } from './select.ts';
import { FIRST_CHECK_SEED, runAt, seedsFrom } from './study.ts';
import { bestStudy } from './target.ts';
import { trainAll } from './train-all.ts';

const FULL_SEEDS = 5;

/** Whether a target is a fair one: the setting that set it, with seeds it has not seen. */
export interface TargetCheck {
  readonly target: number;
  /** At the target's own horizon: how many of the new runs hit it, and the exact 95 % interval of that share, which should contain one half. */
  readonly hits: number;
  readonly of: number;
  readonly interval: readonly [low: number, high: number];
  readonly values: readonly (number | null)[];
  /** At horizon 1: the median should hit it. */
  readonly full: {
    readonly steps: number;
    readonly values: readonly (number | null)[];
    readonly median: number | null;
    readonly isHit: boolean;
  };
  /** What checks of the same target with other seeds found before this one, oldest first. */
  readonly earlier?: readonly Pick<TargetCheck, 'hits' | 'of'>[];
}

/** Seeds from the first of one check to that of the next: more than it uses. */
const SEEDS_OF_CHECK = 200;

/** Checks targets and files what it finds in `checks.json`. Returns false where one is not fair. */
export async function runChecks(parsed: TuneArguments, root: string): Promise<boolean> {
  const { workload, options: choices, reruns, isAgain } = parsed;
  const metric = workload.metrics[0];
  if (metric === undefined) throw new Error(`workload ${workload.id} has no metric`);
  const { direction } = metric;
  const workloadsFolder = join(root, 'src/workloads');
  const filed = <Entry>(file: string): Readonly<Record<string, Entry>> => {
    const path = join(workloadsFolder, workload.id, file);
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, Entry>) : {};
  };
  const [targets, checks] = [filed<TargetRecord>('targets.json'), filed<TargetCheck>('checks.json')];
  const earlierOf = (options: WorkloadOptions): NonNullable<TargetCheck['earlier']> => {
    const key = optionsKey(options);
    const last = checks[key];
    if (!isAgain) return [];
    if (last === undefined || last.target !== targets[key]?.value) {
      throw new UsageError(`${key}: its target has not been checked yet, so not --again: leave it out.`);
    }
    return [...(last.earlier ?? []), { hits: last.hits, of: last.of }];
  };
  const batches = choices.flatMap((options) => {
    const result = bestStudy(workloadsFolder, workload, options);
    const point = bestPoint(result);
    const common = { workload: workload.id, options, batch: result.study.batch };
    const full = { ...result.study, horizonSteps: horizonSteps(1, workload.maxSteps(options)) };
    const first = FIRST_CHECK_SEED + SEEDS_OF_CHECK * earlierOf(options).length;
    const [own, others] = [seedsFrom(first, reruns), seedsFrom(first + reruns, FULL_SEEDS)];
    return [
      { ...common, runs: own.map((seed) => runAt(result.study, point, seed)) },
      { ...common, runs: others.map((seed) => runAt(full, point, seed)) },
    ];
  });
  const trained = (await trainAll({ ...parsed, root, workload: workload.id, what: 'check' }, batches)).map((outcomes) =>
    outcomes.map(({ best }) => best),
  );
  return choices
    .map((options, index) => {
      const key = optionsKey(options);
      const target = targets[key];
      if (target === undefined) throw new UsageError(`${key} has no target yet; set it first: --target.`);
      const rule = { value: target.value, direction };
      const [values, atEnd] = trained.slice(2 * index, 2 * index + 2) as [(number | null)[], (number | null)[]];
      const hits = values.filter((value) => value !== null && reachesTarget(value, rule)).length;
      const interval = binomialInterval(hits, values.length);
      const median = trialScore(atEnd, direction);
      const isHit = reachesTarget(median, rule);
      const earlier = earlierOf(options);
      const check: TargetCheck = {
        target: target.value,
        hits,
        of: values.length,
        interval: [Number(interval[0].toFixed(3)), Number(interval[1].toFixed(3))],
        values: values.map(short),
        full: {
          steps: horizonSteps(1, workload.maxSteps(options)),
          values: atEnd.map(short),
          median: Number.isFinite(median) ? short(median) : null,
          isHit,
        },
        ...(earlier.length === 0 ? {} : { earlier }),
      };
      writeEntry(workloadsFolder, workload.id, 'checks.json', key, check);
      const isFair = interval[0] <= 0.5 && interval[1] >= 0.5 && isHit;
      console.log(
        `${isFair ? 'fair ' : 'UNFAIR'} ${key}: ${hits} of ${values.length} new runs hit ${target.value} (95 %: ${check.interval.join(' to ')}); median at horizon 1: ${check.full.median}`,
      );
      return isFair;
    })
    .every(Boolean);
}
