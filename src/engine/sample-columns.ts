import { RUNNER_COLUMNS, type RunnerSamples } from '../kernels/optimizer-runner.ts';
import type { HyperValues } from '../kernels/step-program.ts';
import type { OptimizerDefinition, Trace } from '../optimizers/definition.ts';
import { COMMON_COLUMNS } from './result.ts';

/** Which columns of a runner's sample become one column of a run, and how. */
interface ColumnSource {
  readonly first: number;
  readonly count: number;
  readonly of: 'sum' | NonNullable<Trace['of']>;
}

/** How a runner's sample row becomes a run's row: names and, per name, the runner columns it is made from. */
export interface SampleColumns {
  readonly names: readonly string[];
  readonly sources: readonly ColumnSource[];
}

/** Length of each scalar of a program, in key order. */
function scalarLengths(definition: OptimizerDefinition, hyper: HyperValues): readonly (readonly [string, number])[] {
  return Object.entries(definition.program.scalars).map(([name, { init }]) => {
    const value = init(hyper);
    return [name, typeof value === 'number' ? 1 : value.length];
  });
}

/** Sample values per run and step: the common columns and every scalar. */
export function sampleWidth(definition: OptimizerDefinition, hyper: HyperValues, segments: number): number {
  const scalars = scalarLengths(definition, hyper).reduce((sum, [, length]) => sum + length, 0);
  return RUNNER_COLUMNS.length + scalars * (definition.program.segments === 'tensor' ? segments : 1);
}

/** The columns of a run: the common ones, then the definition's traces. */
export function sampleColumns(definition: OptimizerDefinition, hyper: HyperValues, segments: number): SampleColumns {
  const perScalar = definition.program.segments === 'tensor' ? segments : 1;
  const offsets = new Map<string, Pick<ColumnSource, 'first' | 'count'>>();
  let first: number = RUNNER_COLUMNS.length;
  for (const [name, length] of scalarLengths(definition, hyper)) {
    offsets.set(name, { first, count: length * perScalar });
    first += length * perScalar;
  }
  const traces = definition.traces.map(({ id, of }): ColumnSource => {
    const source = offsets.get(id);
    if (source === undefined) throw new Error(`optimizer ${definition.id}: trace '${id}' is not one of its scalars`);
    return { ...source, of: of ?? 'sum' };
  });
  return {
    names: [...COMMON_COLUMNS, ...definition.traces.map(({ id }) => id)],
    sources: [...COMMON_COLUMNS.map((name) => ({ first: RUNNER_COLUMNS.indexOf(name), count: 1, of: 'sum' as const })), ...traces],
  };
}

/** Samples of one row as (count, columns), row-major. */
export function extractColumns(samples: RunnerSamples, row: number, rows: number, columns: SampleColumns): Float32Array {
  const width = columns.sources.length;
  const values = new Float32Array(samples.count * width);
  for (let step = 0; step < samples.count; step++) {
    const base = (step * rows + row) * samples.width;
    columns.sources.forEach(({ first, count, of }, column) => {
      let sum = 0;
      for (let part = 0; part < count; part++) {
        const value = samples.data[base + first + part] as number;
        sum += of === 'norm' ? value * value : value;
      }
      values[step * width + column] = of === 'norm' ? Math.sqrt(sum) : of === 'mean' ? sum / count : sum;
    });
  }
  return values;
}
