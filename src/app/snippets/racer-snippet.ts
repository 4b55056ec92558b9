import type { RaceConfig, RacerConfig } from '../../engine/config.ts';
import { evaluationPeriod, horizonSteps } from '../../engine/runs.ts';
import type { OptimizerCard } from '../../optimizers/card.ts';
import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import type { WorkloadDefinition } from '../../workloads/definition.ts';
import { optaxSnippet } from './optax-snippet.ts';
import type { FrameworkId, Snippet, SnippetInput } from './snippet.ts';
import { torchSnippet } from './torch-snippet.ts';

const WRITERS = { torch: torchSnippet, optax: optaxSnippet } as const satisfies Record<FrameworkId, (input: SnippetInput) => Snippet>;

/** A racer of a race as code: its hyperparameters, its schedule and its horizon in steps. */
export function racerSnippet(
  framework: FrameworkId,
  facts: {
    readonly definition: OptimizerDefinition;
    readonly card: OptimizerCard;
    readonly racer: RacerConfig;
    readonly race: RaceConfig;
    readonly workload: WorkloadDefinition;
  },
): Snippet {
  const { definition, card, racer, race, workload } = facts;
  const maxSteps = workload.maxSteps(race.workload.options);
  return WRITERS[framework]({
    definition,
    card,
    racer,
    schedule: racer.schedule ?? race.schedule,
    horizonSteps: horizonSteps(racer.horizon ?? race.horizon, maxSteps),
    evaluationPeriod: evaluationPeriod(maxSteps),
    task: `${workload.label}, batch size ${race.batch}`,
  });
}
