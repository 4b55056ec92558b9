import { describe, expect, it } from 'vitest';
import { defaultView } from '../../engine/default-config.ts';
import { optimizers } from '../../optimizers/registry.ts';
import { buildChart } from './build-chart.ts';
import type { ChartInput, ChartLine } from './chart-data.ts';
import { fixtureConfig, fixtureSamples, fixtureWorkload } from './fixture.ts';
import { columnLabel, legendEntries } from './readout.ts';

const points = { gradient: 'y', evaluation: 'x (average)', meaning: 'Gradients at y, evaluation at x.' };
const samples = fixtureSamples(fixtureConfig({ optimizers: ['adamw', 'prodigy'] }));
// Prodigy, were it evaluated at another point than the one it takes gradients at.
for (const { racerKey, evaluations } of samples.runs) {
  if (racerKey !== 'b') continue;
  for (const [i, point] of evaluations.entries())
    evaluations[i] = { ...point, gradientPointMetrics: [(point.metrics[0] as number) * 2, 1] };
}
const input: ChartInput = {
  ...{ samples, config: samples.config, view: defaultView, shared: null, xScale: 'linear', yScale: 'log' },
  workload: fixtureWorkload('digits'),
  definitionOf: (id) => {
    const definition = optimizers.find((candidate) => candidate.id === id);
    return definition && id === 'prodigy' ? { ...definition, points } : definition;
  },
  labels: { a: 'AdamW', b: 'Averaged' },
};

describe('a method that is evaluated elsewhere than it takes gradients', () => {
  it('has a thin second curve in the metric chart, named in legend and table', () => {
    const [adamw, averaged] = legendEntries(buildChart('metric', input));
    expect(adamw).toMatchObject({ reference: null, line: { note: '', part: '' } });
    expect(columnLabel(adamw?.line as ChartLine)).toBe('AdamW');
    const { line, reference } = averaged as { readonly line: ChartLine; readonly reference: ChartLine };
    expect(line).toMatchObject({ note: 'at x (average); y: where gradients are taken', hint: points.meaning });
    expect(reference).toMatchObject({ part: 'y', racerKey: 'b' });
    expect(reference.style.colour).toBe(line.style.colour);
    expect(reference.style.width).toBeLessThan(line.style.width);
    expect(reference.values).toEqual(line.values.map((value) => value * 2));
    expect(reference.at(30)).toBe((line.at(30) as number) * 2);
    expect([line, reference].map(columnLabel)).toEqual(['Averaged, x (average)', 'Averaged (y, where gradients are taken)']);
  });

  it('says in the loss chart where its loss is measured', () => {
    const notes = (smoothing: number) =>
      legendEntries(buildChart('loss', { ...input, view: { ...defaultView, smoothing } })).map(({ line }) => line.note);
    for (const smoothing of [0, 0.9]) expect(notes(smoothing)).toEqual(['', 'at y, where gradients are taken']);
  });
});
