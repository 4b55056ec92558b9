import type { RowSpec } from '../kernels/optimizer-runner.ts';
import type { OptimizerDefinition } from '../optimizers/definition.ts';
import type { RaceConfig, RacerConfig, RunConfig, ScheduleConfig } from './config.ts';
import { multiplierTable } from './schedules.ts';

/** Steps of a run with this horizon: at least one. */
export function horizonSteps(horizon: number, maxSteps: number): number {
  return Math.max(1, Math.round(horizon * maxSteps));
}

/** Steps between evaluations: a workload constant, maximum steps / 40. */
export function evaluationPeriod(maxSteps: number): number {
  return Math.ceil(maxSteps / 40);
}

/** What makes two racers share code, and so one block of rows. */
function blockKey({ optimizer, hyper }: RacerConfig, definition: OptimizerDefinition): string {
  const { rowHyper, blockHyper } = definition.program;
  const lengths = rowHyper.map((name) => {
    const value = hyper[name];
    return Array.isArray(value) ? value.length : 1;
  });
  return JSON.stringify([optimizer, blockHyper.map((name) => hyper[name]), lengths]);
}

/**
 * The runs of a race: every racer with every seed. Racers that share code come together, so that their rows form one block;
 * otherwise the order is that of the racers, seeds innermost.
 */
export function expandRuns(
  config: RaceConfig,
  maxSteps: number,
  definitionOf: (optimizer: string) => OptimizerDefinition,
): readonly RunConfig[] {
  const blocks = new Map<string, RacerConfig[]>();
  for (const racer of config.racers) {
    const key = blockKey(racer, definitionOf(racer.optimizer));
    const members = blocks.get(key);
    if (members === undefined) blocks.set(key, [racer]);
    else members.push(racer);
  }
  const seeds = Array.from({ length: config.seeds }, (_, index) => config.seed + index);
  return [...blocks.values()].flat().flatMap((racer) => {
    const schedule: ScheduleConfig = racer.schedule ?? config.schedule;
    const steps = horizonSteps(racer.horizon ?? config.horizon, maxSteps);
    return seeds.map((seed) => ({ racer, seed, horizonSteps: steps, schedule }));
  });
}

/** One row of the optimizer state for a run. */
export function rowSpec(run: RunConfig, definition: OptimizerDefinition, totalSteps: number): RowSpec {
  return {
    program: definition.program,
    hyper: run.racer.hyper,
    mult: multiplierTable(run.schedule, run.horizonSteps, totalSteps),
    horizonSteps: run.horizonSteps,
  };
}
