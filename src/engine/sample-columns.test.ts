import { describe, expect, it } from 'vitest';
import { RUNNER_COLUMNS, type RunnerSamples } from '../kernels/optimizer-runner.ts';
import { defaultHyper } from '../optimizers/definition.ts';
import { optimizers } from '../optimizers/registry.ts';
import { optimizerOf } from './catalogue.ts';
import { extractColumns, sampleColumns, sampleWidth } from './sample-columns.ts';

describe('sample columns', () => {
  it('exist for every trace of the registry', () => {
    for (const definition of optimizers) {
      const { names } = sampleColumns(definition, defaultHyper(definition), 1);
      expect(names).toEqual([...RUNNER_COLUMNS, ...definition.traces.map(({ id }) => id)]);
    }
  });

  it("find a row's own scalars, and add up lists", () => {
    const definition = optimizerOf('mechanicSgd');
    const hyper = defaultHyper(definition);
    const columns = sampleColumns(definition, hyper, 1);
    const width = sampleWidth(definition, hyper, 1) + 2;
    const rows = 3;
    // Entry = 1000 step + 100 row + column.
    const data = Float32Array.from({ length: 2 * rows * width }, (_, i) => {
      const step = Math.floor(i / (rows * width));
      return 1000 * step + 100 * (Math.floor(i / width) % rows) + (i % width);
    });
    const samples: RunnerSamples = { firstStep: 0, count: 2, width, data };
    const values = extractColumns(samples, 1, rows, columns);
    expect(values.length).toBe(2 * columns.names.length);
    columns.names.forEach((name, column) => {
      const source = columns.sources[column];
      if (source === undefined) throw new Error(`no source for ${name}`);
      const expected = Array.from({ length: source.count }, (_, part) => 1100 + source.first + part).reduce((sum, value) => sum + value, 0);
      expect(values[columns.names.length + column], name).toBe(expected);
    });
    const lists = Object.entries(definition.program.scalars).filter(([, { init }]) => typeof init(hyper) !== 'number');
    expect(lists.length).toBeGreaterThan(0);
  });

  it('take the root of the sum of squares, the mean or the sum over tensors, as the trace says', () => {
    const definition = optimizerOf('ldog');
    const columns = sampleColumns(definition, defaultHyper(definition), 3);
    const scalars = { rbar: [3, 4, 12], G: [1, 2, 6], eta: [1, 2, 6] };
    const data = Float32Array.of(...RUNNER_COLUMNS.map(() => 0), ...Object.values(scalars).flat());
    const values = extractColumns({ firstStep: 0, count: 1, width: data.length, data }, 0, 1, columns);
    const shown = Object.fromEntries(columns.names.map((name, column) => [name, values[column]]));
    expect(shown).toMatchObject({ rbar: 13, eta: 3, G: 9 });
  });
});
