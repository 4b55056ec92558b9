import { join } from 'node:path';
import { optimizerOf } from '../../engine/catalogue.ts';
import { optionsKey } from '../../workloads/options.ts';
import { type TuneArguments, UsageError } from './arguments.ts';
import { readStudy, type StudyResult, tuningFolder, writeTarget } from './results.ts';
import { openPool } from './search.ts';
import { TUNED_OPTIMIZERS } from './search-space.ts';
import { trialScore } from './select.ts';
import { FIRST_TARGET_SEED, seedsFrom } from './study.ts';
import type { TuningBatch } from './train-batch.ts';

/** AlgoPerf reruns the winner 20 times and takes the best of four algorithms; here 10 times, of two. */
export const TARGET_RERUNS = 10;
/** AlgoPerf sets targets at three quarters of the maximum steps. */
export const TARGET_HORIZON = 3 / 4;

/** The better one of the baselines' best configurations at the target's horizon. */
function bestStudy(folder: string, parsed: TuneArguments, options: TuneArguments['options'][number]): StudyResult {
  const studies = TUNED_OPTIMIZERS.map((optimizer) => {
    const study = readStudy(folder, { options, optimizer, horizon: TARGET_HORIZON });
    if (study === null) {
      throw new UsageError(
        `${optionsKey(options)}: ${optimizer} has not been tuned at horizon 3/4 yet; run the search first: --horizon 3/4.`,
      );
    }
    return study;
  });
  const sign = parsed.workload.metrics[0]?.direction === 'higher' ? -1 : 1;
  return studies.reduce((best, study) => (sign * study.best.score < sign * best.best.score ? study : best));
}

/**
 * Sets targets by AlgoPerf's rule: the best configuration over both baselines at horizon 3/4 is rerun with new seeds; the target is the
 * median over the reruns of the best validation value.
 */
export async function runTargets(parsed: TuneArguments, root: string): Promise<void> {
  const { workload } = parsed;
  const metric = workload.metrics[0];
  if (metric === undefined) throw new Error(`workload ${workload.id} has no metric`);
  const workloadsFolder = join(root, 'src/workloads');
  const folder = tuningFolder(workloadsFolder, workload.id);
  const seeds = seedsFrom(FIRST_TARGET_SEED, TARGET_RERUNS);
  const requests = parsed.options.map((options): { readonly batch: TuningBatch; readonly result: StudyResult } => {
    const result = bestStudy(folder, parsed, options);
    const { trial } = result.best;
    const { lr, beta1, beta2, weightDecay, warmup, labelSmoothing, dropout, auxDropout } = result.trials[
      trial
    ] as StudyResult['trials'][number];
    const point = {
      trial,
      lr,
      beta1,
      beta2,
      weightDecay,
      warmup,
      labelSmoothing,
      dropout,
      ...(auxDropout === undefined ? {} : { auxDropout }),
    };
    return { batch: { study: { ...result.study, seeds }, rows: seeds.map((seed) => ({ point, seed })) }, result };
  });
  const pool = openPool(root, Math.min(parsed.processes, requests.length));
  try {
    await pool.run(requests, ({ records }, { batch }) => {
      const { study } = batch;
      const bySeed = new Map(records.map(({ seed, best }) => [seed, best]));
      const values = seeds.map((seed) => bySeed.get(seed) ?? null);
      const value = trialScore(values, metric.direction);
      if (!Number.isFinite(value)) throw new Error(`${optionsKey(study.options)}: most reruns of the best configuration diverged`);
      const points = `${study.trials} points x ${(requests.find((request) => request.batch === batch) as (typeof requests)[number]).result.study.seeds.length} seeds`;
      writeTarget(workloadsFolder, workload.id, optionsKey(study.options), {
        value: Number(value.toPrecision(7)),
        source: `Median best ${metric.label.toLowerCase()} of ${TARGET_RERUNS} reruns with new seeds of the best setting found for AdamW or NAdamW (${optimizerOf(study.optimizer).label} won; ${points} each) at ${study.horizonSteps} steps, 3/4 of the maximum. AlgoPerf's rule, with 2 algorithms instead of 4 and 10 reruns instead of 20.`,
        values: values.map((entry) => (entry === null ? null : Number(entry.toPrecision(7)))),
        batch: study.batch,
      });
      console.log(`${optionsKey(study.options)}: target ${value} (${study.optimizer}, trial ${batch.rows[0]?.point.trial})`);
    });
  } finally {
    pool.close();
  }
}
