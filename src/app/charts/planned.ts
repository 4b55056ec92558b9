import type { RaceConfig } from '../../engine/config.ts';
import { COMMON_COLUMNS } from '../../engine/result.ts';
import { evaluationPeriod, horizonSteps } from '../../engine/runs.ts';
import type { WorkloadDefinition } from '../../workloads/definition.ts';
import { findOptimizer } from '../store/definitions.ts';
import { createSamples, type RaceSamples } from '../store/samples.ts';

let last: { readonly config: RaceConfig; readonly samples: RaceSamples } | null = null;

/** A race that has not started, as charts see it: its horizon, schedules and target, and no step yet. */
export function plannedSamples(config: RaceConfig, workload: WorkloadDefinition): RaceSamples {
  if (last?.config === config) return last.samples;
  const { options } = config.workload;
  const maxSteps = workload.maxSteps(options);
  const runs = config.racers.map((racer) => ({
    racerKey: racer.key,
    seed: config.seed,
    horizonSteps: horizonSteps(racer.horizon ?? config.horizon, maxSteps),
    columns: [...COMMON_COLUMNS, ...(findOptimizer(racer.optimizer)?.traces ?? []).map(({ id }) => id)],
    stateBytes: 0,
  }));
  const samples = createSamples({
    config,
    totalSteps: Math.max(1, ...runs.map((run) => run.horizonSteps)),
    evaluationPeriod: evaluationPeriod(maxSteps),
    fingerprints: [],
    target: workload.target(options, config.batch),
    runs,
  });
  last = { config, samples };
  return samples;
}
