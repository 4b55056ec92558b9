import { join } from 'node:path';
import { optimizerOf } from '../../engine/catalogue.ts';
import { searchSize } from '../../engine/tuned.ts';
import type { WorkloadDefinition, WorkloadOptions } from '../../workloads/definition.ts';
import { optionsKey } from '../../workloads/options.ts';
import type { TargetRecord } from '../../workloads/targets.ts';
import { inSentence } from '../../workloads/words.ts';
import { type TuneArguments, UsageError } from './arguments.ts';
import { bestPoint, readStudy, type StudyResult, short, tuningFolder, writeEntry } from './results.ts';
import { TUNED_OPTIMIZERS } from './search-space.ts';
import { trialScore } from './select.ts';
import { FIRST_TARGET_SEED, runAt, seedsFrom } from './study.ts';
import { trainAll } from './train-all.ts';

/** AlgoPerf reruns the winner so often, and takes the best of four algorithms instead of two. */
const ALGOPERF_RERUNS = 20;
/** A held-out variant has no search of its own. */
export const VARIANT_RERUNS = 5;
/** AlgoPerf sets targets at three quarters of the maximum steps. */
export const TARGET_HORIZON = 3 / 4;

/** The same options with the base in place of a held-out variant. */
export function baseOptions(workload: WorkloadDefinition, options: WorkloadOptions): WorkloadOptions {
  const base = Object.entries(workload.options).flatMap(([name, spec]) =>
    spec.kind === 'choice' && spec.isVariant === true ? [[name, spec.value] as const] : [],
  );
  return { ...options, ...Object.fromEntries(base) };
}

/** The better one of the baselines' searches at the target's horizon; that of the base for a held-out variant. */
export function bestStudy(workloadsFolder: string, workload: WorkloadDefinition, options: WorkloadOptions): StudyResult {
  const folder = tuningFolder(workloadsFolder, workload.id);
  const searched = baseOptions(workload, options);
  const studies = TUNED_OPTIMIZERS.map((optimizer) => {
    const study = readStudy(folder, { options: searched, optimizer, horizon: TARGET_HORIZON });
    if (study === null) {
      throw new UsageError(
        `${optionsKey(searched)}: ${optimizer} has not been tuned at horizon 3/4 yet; run the search first: --horizon 3/4.`,
      );
    }
    return study;
  });
  const sign = workload.metrics[0]?.direction === 'higher' ? -1 : 1;
  return studies.reduce((best, study) => (sign * study.best.score < sign * best.best.score ? study : best));
}

/** One sentence: rule, horizon, seeds. */
function sourceOf(workload: WorkloadDefinition, { study }: StudyResult, isVariant: boolean, reruns: number): string {
  const metric = inSentence(workload.metrics[0]?.label ?? 'Metric');
  const points = `${searchSize(study.trials, study.seeds.length)} each`;
  const searched = isVariant ? 'found for AdamW or NAdamW on the base workload' : 'found for AdamW or NAdamW';
  const rule = isVariant
    ? "The variant was not searched for itself: AlgoPerf's rule, with the base's setting and 5 reruns."
    : `AlgoPerf's rule, with 2 algorithms instead of 4${reruns === ALGOPERF_RERUNS ? '' : ` and ${reruns} reruns instead of ${ALGOPERF_RERUNS}`}.`;
  return `Median best ${metric} of ${reruns} reruns with new seeds of the best setting ${searched} (${optimizerOf(study.optimizer).label} won; ${points}) at ${study.horizonSteps} steps, 3/4 of the maximum. ${rule}`;
}

/**
 * Sets targets by AlgoPerf's rule: the best configuration over both baselines at horizon 3/4 is rerun with new seeds; the target is the
 * median over the reruns of the best validation value. Held-out variants take the configuration of their base.
 */
export async function runTargets(parsed: TuneArguments, root: string): Promise<void> {
  const { workload } = parsed;
  const metric = workload.metrics[0];
  if (metric === undefined) throw new Error(`workload ${workload.id} has no metric`);
  const workloadsFolder = join(root, 'src/workloads');
  const planned = parsed.options.map((options) => {
    const result = bestStudy(workloadsFolder, workload, options);
    const isVariant = optionsKey(options) !== optionsKey(result.study.options);
    const seeds = seedsFrom(FIRST_TARGET_SEED, isVariant ? VARIANT_RERUNS : parsed.reruns);
    const runs = seeds.map((seed) => runAt(result.study, bestPoint(result), seed));
    return { options, result, isVariant, batch: { workload: workload.id, options, batch: result.study.batch, runs } };
  });
  const trained = await trainAll(
    { ...parsed, root, workload: workload.id, what: 'target' },
    planned.map(({ batch }) => batch),
  );
  planned.forEach(({ options, result, isVariant }, index) => {
    const values = (trained[index] ?? []).map(({ best }) => best);
    const value = trialScore(values, metric.direction);
    if (!Number.isFinite(value)) throw new Error(`${optionsKey(options)}: most reruns of the best configuration diverged`);
    const target: TargetRecord = {
      // To the last digit: an error rate is often hit exactly.
      value,
      source: sourceOf(workload, result, isVariant, values.length),
      values: values.map(short),
      batch: result.study.batch,
    };
    writeEntry(workloadsFolder, workload.id, 'targets.json', optionsKey(options), target);
    console.log(`${optionsKey(options)}: target ${value} (${result.study.optimizer}, trial ${result.best.trial})`);
  });
}
