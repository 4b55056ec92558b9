import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { optimizerOf } from '../../engine/catalogue.ts';
import type { RunConfig } from '../../engine/config.ts';
import { defaultRace } from '../../engine/default-config.ts';
import { reachesTarget } from '../../engine/recorder.ts';
import { horizonSteps } from '../../engine/runs.ts';
import { chooseTuned, type TunedRecord } from '../../engine/tuned.ts';
import { defaultHyper } from '../../optimizers/definition.ts';
import { optionsKey } from '../../workloads/options.ts';
import type { TargetRecord } from '../../workloads/targets.ts';
import { type TuneArguments, UsageError } from './arguments.ts';
import { short, writeEntry } from './results.ts';
import { TUNED_OPTIMIZERS } from './search-space.ts';
import { trialScore } from './select.ts';
import { FIRST_COMPARISON_SEED, horizonPercent, seedsFrom } from './study.ts';
import { trainAll } from './train-all.ts';

/** Methods without a learning rate, as their papers leave them. */
const METHODS = ['prodigy', 'mechanicAdamw'] as const;
const HORIZONS = [1 / 3, 1 / 2, 2 / 3];
const SEEDS = 3;

/** One method at one horizon. */
export interface ComparedRun {
  readonly optimizer: string;
  /** 'paper defaults', or how the baseline's setting was found. */
  readonly setting: string;
  /** Percent of the maximum steps. */
  readonly horizon: number;
  readonly steps: number;
  /** Best validation value per seed, null where the run diverged. */
  readonly values: readonly (number | null)[];
  readonly median: number | null;
  /** Seeds that hit the target; null where there is none. */
  readonly hits: number | null;
}

/** Runs the comparison and files it in `comparison.json`. */
export async function runComparison(parsed: TuneArguments, root: string): Promise<void> {
  const { workload, options: choices } = parsed;
  const direction = workload.metrics[0]?.direction ?? 'lower';
  const folder = join(root, 'src/workloads', workload.id);
  const read = <T>(file: string): T => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
  const targets = read<Record<string, TargetRecord>>('targets.json');
  const records = read<readonly TunedRecord[]>('tuned.json');
  const seeds = seedsFrom(FIRST_COMPARISON_SEED, SEEDS);
  const planned = choices.flatMap((options) => {
    const batch = workload.batch(options).value;
    return HORIZONS.flatMap((horizon) => {
      const steps = horizonSteps(horizon, workload.maxSteps(options));
      const runs = (racer: Omit<RunConfig['racer'], 'key' | 'schedule' | 'horizon' | 'hidden'>, warmup: number): readonly RunConfig[] =>
        seeds.map((seed) => ({
          racer: { ...racer, key: 'a', schedule: null, horizon: null, hidden: false },
          seed,
          horizonSteps: steps,
          schedule: { kind: 'cosine', warmup },
        }));
      const free = METHODS.map((optimizer) => ({
        optimizer,
        setting: 'paper defaults',
        runs: runs(
          { optimizer, hyper: defaultHyper(optimizerOf(optimizer)), labelSmoothing: 0, dropout: 0, auxDropout: 0 },
          defaultRace.schedule.warmup,
        ),
      }));
      const tuned = TUNED_OPTIMIZERS.map((optimizer) => {
        const found = chooseTuned(records, { workload: workload.id, options, optimizer, horizon, batch });
        if (found === null) throw new UsageError(`${optionsKey(options)}: ${optimizer} has not been tuned yet; run the search first.`);
        const { hyper, labelSmoothing = 0, dropout = 0, auxDropout = 0, warmup = 0, horizon: searched = horizon } = found.preset;
        return {
          optimizer,
          setting: `tuned at ${horizonPercent(searched)} %, ${found.runs} runs`,
          runs: runs(
            { optimizer, hyper: { ...defaultHyper(optimizerOf(optimizer)), ...hyper }, labelSmoothing, dropout, auxDropout },
            warmup,
          ),
        };
      });
      return [...free, ...tuned].map(({ optimizer, setting, runs: own }) => ({
        options,
        found: { optimizer, setting, horizon: horizonPercent(horizon), steps },
        batch: { workload: workload.id, options, batch, runs: own },
      }));
    });
  });
  const trained = await trainAll(
    { ...parsed, root, workload: workload.id, what: 'compare' },
    planned.map(({ batch }) => batch),
  );
  for (const options of choices) {
    const key = optionsKey(options);
    const target = targets[key];
    const runs = planned
      .map((entry, index) => ({ ...entry, outcomes: trained[index] ?? [] }))
      .filter((entry) => entry.options === options)
      .map(({ found, outcomes }): ComparedRun => {
        const values = outcomes.map(({ best }) => best);
        const median = trialScore(values, direction);
        const hits = values.filter(
          (value) => value !== null && target !== undefined && reachesTarget(value, { value: target.value, direction }),
        );
        return {
          ...found,
          values: values.map(short),
          median: Number.isFinite(median) ? short(median) : null,
          hits: target === undefined ? null : hits.length,
        };
      });
    writeEntry(join(root, 'src/workloads'), workload.id, 'comparison.json', key, { target: target?.value ?? null, runs });
    for (const { optimizer, setting, horizon, median, hits } of runs)
      console.log(`${key}  ${horizon} %  ${optimizer} (${setting}): median ${median}, ${hits} of ${SEEDS} hit the target`);
  }
}
