import { optimizerOf, workloadOf } from '../../engine/catalogue.ts';
import { divergenceSentence } from '../../engine/divergence.ts';
import type { RaceResult, RunResult } from '../../engine/result.ts';
import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import { inSentence } from '../../workloads/words.ts';

const digits = (value: number | undefined): string => (value === undefined || !Number.isFinite(value) ? '-' : value.toPrecision(4));

function bestMetric({ evaluations }: RunResult, direction: 'lower' | 'higher'): number | undefined {
  const values = evaluations.map(({ metrics }) => metrics[0] as number).filter(Number.isFinite);
  return values.length === 0 ? undefined : (direction === 'lower' ? Math.min : Math.max)(...values);
}

function outcome({ divergence, timeToTarget }: RunResult, { program }: OptimizerDefinition, hasTarget: boolean): string {
  if (divergence !== null) return divergenceSentence(`diverged at step ${divergence.step + 1}`, divergence.cause, program.failure);
  if (timeToTarget !== null) return `target at step ${timeToTarget.steps} (${timeToTarget.seconds.toFixed(2)} s)`;
  return hasTarget ? 'target not reached' : '';
}

/** The result as lines of a table, one per run. */
export function resultTable(result: RaceResult): readonly string[] {
  const metric = workloadOf(result.config.workload.id).metrics[0];
  const header = ['', 'optimizer', 'seed', 'steps', 'final loss', `best ${metric ? inSentence(metric.label) : 'metric'}`, ''];
  const rows = result.runs.map((run) => {
    const definition = optimizerOf(result.config.racers.find(({ key }) => key === run.racerKey)?.optimizer ?? '');
    const [loss] = run.series;
    return [
      run.racerKey,
      definition.label,
      String(run.seed),
      String(loss?.length ?? 0),
      digits(loss?.at(-1)),
      digits(bestMetric(run, metric?.direction ?? 'lower')),
      outcome(run, definition, result.target !== null),
    ];
  });
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => (row[column] ?? '').length)));
  return [header, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
