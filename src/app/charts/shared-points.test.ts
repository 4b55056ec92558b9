import { describe, expect, it } from 'vitest';
import { type SharedRace, sharedSteps } from '../../engine/url.ts';
import { computeChart } from './chart-frame.ts';
import { fixtureConfig, fixtureSamples, fixtureState } from './fixture.ts';
import { layoutScene } from './scene.ts';

const config = fixtureConfig({ seeds: 3 });
const shared: SharedRace = {
  config,
  runs: config.racers.flatMap(({ key }) =>
    [1, 2, 4].map((factor, i) => ({
      racerKey: key,
      seed: config.seed + i,
      losses: [8, 7, 6, 5, 4, 3, 2, Number.NaN].map((loss) => loss * factor),
    })),
  ),
  fingerprints: [],
  backend: { id: 'wasm', adapter: 'test' },
  version: '0.1.0',
};

function lossChart(onScreen = config) {
  const samples = fixtureSamples(onScreen);
  const chart = computeChart('loss', { ...fixtureState(samples), shared }, { width: 600, height: 240 });
  if (!chart) throw new Error('the fixture names an unknown workload');
  return { ...chart.moment, samples };
}

describe('losses that came with a link', () => {
  it('are rings at the shared steps, the median over seeds, and not in the legend', () => {
    const { data, geometry, samples } = lossChart();
    const rings = data.lines.filter(({ role }) => role === 'sample');
    expect(rings.map(({ racerKey }) => racerKey)).toEqual(config.racers.map(({ key }) => key));
    const [first] = rings;
    const drawn = first?.steps.map((step, i) => [step, first.values[i]]);
    const steps = sharedSteps(samples.runs[0]?.horizonSteps ?? 0);
    expect(drawn).toEqual([16, 14, 12, 10, 8, 6, 4].map((loss, i) => [steps[i], loss]));
    const path = layoutScene(data, geometry).paths.find(({ id }) => id.endsWith(':shared'));
    // Seven separate rings of two half circles, no line between them.
    expect(path?.d.match(/M/g)).toHaveLength(7);
    expect(path?.d.match(/a/g)).toHaveLength(14);
    expect(path?.d).not.toContain('L');
  });

  it('are not shown on another race', () => {
    expect(lossChart({ ...config, seed: config.seed + 1 }).data.lines.filter(({ role }) => role === 'sample')).toEqual([]);
  });
});
