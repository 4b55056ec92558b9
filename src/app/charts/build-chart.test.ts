import { describe, expect, it } from 'vitest';
import type { ViewConfig } from '../../engine/config.ts';
import { CHART_IDS, type ChartId } from '../../engine/view.ts';
import type { RaceSamples } from '../store/samples.ts';
import { computeChart, mergeFrames } from './chart-frame.ts';
import { fixtureConfig, fixtureRacer, fixtureSamples, fixtureState } from './fixture.ts';
import { layoutScene } from './scene.ts';

const SIZE = { width: 600, height: 240 };

function chart(id: ChartId, samples: RaceSamples | null, view: Partial<ViewConfig> = {}, change = {}) {
  const computed = computeChart(id, fixtureState(samples, change, view), SIZE);
  if (!computed) throw new Error('the fixture names an unknown workload');
  return computed;
}
const mains = (id: ChartId, samples: RaceSamples, view: Partial<ViewConfig> = {}) =>
  chart(id, samples, view).moment.data.lines.filter(({ role }) => role === 'main');

describe('charts', () => {
  it('draw at most 200 points per line, whatever the length of the race', () => {
    const samples = fixtureSamples(fixtureConfig({ seeds: 2 }), { totalSteps: 4000 });
    for (const id of CHART_IDS) {
      for (const xLog of [[], [id]]) {
        for (const line of chart(id, samples, { xLog, smoothing: 0.5 }).moment.data.lines)
          expect(line.values.length).toBeLessThanOrEqual(200);
      }
    }
  });

  it('put every finite, visible point of an ordinary race inside the plot', () => {
    const samples = fixtureSamples(fixtureConfig());
    for (const id of ['loss', 'metric', 'distance', 'schedule'] as const) {
      const { data, geometry } = chart(id, samples).moment;
      for (const line of data.lines) {
        line.steps.forEach((step, i) => {
          const y = geometry.toY(line.values[i] as number);
          expect(geometry.toX(step)).toBeGreaterThanOrEqual(geometry.plot.x - 1e-9);
          if (Number.isFinite(y)) expect(y).toBeLessThanOrEqual(geometry.plot.y + geometry.plot.height + 1);
        });
      }
    }
  });

  it('show the loss of each racer, with the raw line faint under the smoothed one', () => {
    const samples = fixtureSamples(fixtureConfig());
    expect(mains('loss', samples).map(({ label }) => label)).toHaveLength(4);
    const smoothed = chart('loss', samples, { smoothing: 0.9 });
    expect(smoothed.moment.data.lines.filter(({ role }) => role === 'raw')).toHaveLength(4);
    const raw = layoutScene(smoothed.moment.data, smoothed.moment.geometry).paths.filter(({ id }) => id.endsWith(':raw'));
    expect(raw.every(({ opacity }) => opacity === 0.25)).toBe(true);
  });

  it('show bands only for several seeds', () => {
    expect(chart('loss', fixtureSamples(fixtureConfig())).moment.data.bands).toHaveLength(0);
    expect(chart('loss', fixtureSamples(fixtureConfig({ seeds: 3 }))).moment.data.bands).toHaveLength(4);
  });

  it('show a fraction as percent, the target with its value, and the last evaluation at the crosshair', () => {
    const samples = fixtureSamples(fixtureConfig());
    const { data } = chart('metric', samples).moment;
    expect(data.rules).toMatchObject([{ kind: 'target', value: 3, text: 'target 3.00 %' }]);
    const [line] = data.lines;
    expect(line?.values[0]).toBeGreaterThan(80);
    expect(line?.at(26)).toBe(line?.values[1]);
    expect(line?.at(24)).toBe(line?.values[0]);
  });

  it('set estimates against the distance moved in their own norm, and name what is not an estimate', () => {
    const lines = chart('distance', fixtureSamples(fixtureConfig())).moment.data.lines;
    expect(lines.map(({ racerKey, role, note }) => ({ racerKey, role, note }))).toEqual([
      { racerKey: 'b', role: 'reference', note: 'moved, max-norm' },
      { racerKey: 'b', role: 'main', note: 'd, max-norm' },
      { racerKey: 'c', role: 'main', note: expect.stringContaining('not a distance') },
    ]);
  });

  it('draw the true distance of a convex workload in the norm that is estimated', () => {
    const config = fixtureConfig({ workload: { id: 'logistic', options: { problem: 'glass' } } });
    const { rules } = chart('distance', fixtureSamples(config)).moment.data;
    expect(rules).toHaveLength(1);
    expect(rules[0]?.text).toContain('max-norm');
    const baselinesOnly = fixtureConfig({ workload: config.workload, optimizers: ['adamw'] });
    expect(chart('distance', fixtureSamples(baselinesOnly)).moment.data.rules).toHaveLength(0);
    expect(chart('distance', fixtureSamples(baselinesOnly)).frame.emptyText).toContain('No racer here estimates a distance');
  });

  it('show the nominal multiplier as lr times schedule for AdamW and d times schedule for Prodigy', () => {
    const samples = fixtureSamples(fixtureConfig());
    const [adamw, prodigy] = mains('step', samples, { stepView: 'nominal' });
    // W = floor(0.05 x 500) = 25 warmup steps: the multiplier of update 9 is 10/25, and its nominal step is drawn after it; the default lr of AdamW is 1e-3. Float32.
    expect(adamw?.at(10)).toBeCloseTo(0.4e-3, 9);
    const run = samples.runs[1];
    const d = run?.series[run.columns.indexOf('d')]?.[9] ?? 0;
    expect((prodigy?.at(10) ?? 0) / d).toBeCloseTo(0.4, 5);
  });

  it('share one schedule line between racers that have the same one', () => {
    const config = fixtureConfig();
    const shared = mains('schedule', fixtureSamples(config));
    expect(shared).toMatchObject([{ label: 'all racers', racerKey: null }]);
    expect(shared[0]?.at(24)).toBe(1);
    const own = {
      ...config,
      racers: [...config.racers.slice(1), fixtureRacer('a', 'adamw', { schedule: { kind: 'constant', warmup: 0 } })],
    };
    expect(mains('schedule', fixtureSamples(own)).map(({ racerKey }) => racerKey)).toEqual([null, 'a']);
  });

  it('show schedule, target and horizon before a race has started', () => {
    const { frame, moment } = chart('schedule', null);
    expect(moment.data.lines[0]?.values.length).toBeGreaterThan(100);
    expect(frame.emptyText).toBeNull();
    expect(chart('loss', null).frame.emptyText).not.toBeNull();
    expect(chart('loss', null).frame.xDomain[1]).toBe(moment.samples.totalSteps);
  });
});

describe('a diverged run', () => {
  const samples = fixtureSamples(fixtureConfig(), { divergedAt: { c: 300 } });

  it('does not stretch the axis of the others', () => {
    const [, high] = chart('loss', samples).frame.yDomain;
    expect(high).toBeLessThanOrEqual(10);
  });

  it('keeps a cross inside the plot, with its step, at its last finite point', () => {
    const { data, geometry } = chart('loss', samples).moment;
    expect(data.marks).toMatchObject([
      { racerKey: 'c', step: 299, text: 'diverged, step 301', shortText: '× step 301', reason: 'loss not finite' },
    ]);
    const cross = layoutScene(data, geometry).paths.find(({ kind }) => kind === 'cross');
    const ys = [...(cross?.d ?? '').matchAll(/[ML][\d.-]+ ([\d.-]+)/g)].map(([, y]) => Number(y));
    expect(ys).toHaveLength(4);
    // The cross has a radius of 4.5 px around a point of the plot.
    for (const y of ys) {
      expect(y).toBeGreaterThanOrEqual(geometry.plot.y - 5);
      expect(y).toBeLessThanOrEqual(geometry.plot.y + geometry.plot.height + 5);
    }
  });

  it('has words once for all seeds', () => {
    const seeds = fixtureSamples(fixtureConfig({ seeds: 3 }), { divergedAt: { c: 300 } });
    const { marks } = chart('loss', seeds).moment.data;
    expect(marks).toHaveLength(3);
    expect(marks.map(({ text }) => text).filter((text) => text !== '')).toEqual(['3 of 3 seeds diverged, step 301']);
  });
});

describe('hidden racers', () => {
  it('keep their place in the legend, and lose line, label and influence on the axis', () => {
    const samples = fixtureSamples(fixtureConfig());
    const config = { ...samples.config, racers: samples.config.racers.map((racer) => ({ ...racer, hidden: racer.key !== 'a' })) };
    const { frame, moment } = chart('loss', samples, { smoothing: 0 }, { config });
    expect(frame.legend.map(({ isHidden }) => isHidden)).toEqual([false, true, true, true]);
    const { paths, texts } = layoutScene(moment.data, moment.geometry);
    expect(paths.map(({ id }) => id)).toEqual(['line a:loss', 'leader a:loss', 'sample a:loss']);
    expect(texts.map(({ id }) => id)).toEqual(['end a:loss']);
  });
});

describe('frames', () => {
  it('stay the same object while nothing React renders has changed', () => {
    const config = fixtureConfig();
    const early = chart('loss', fixtureSamples(config, { count: 200 })).frame;
    const same = chart('loss', fixtureSamples(config, { count: 200 })).frame;
    expect(mergeFrames(early, same)).toBe(early);
    const flipped = chart('loss', fixtureSamples(config, { count: 200 }), { yFlipped: ['loss'] }).frame;
    const merged = mergeFrames(early, flipped);
    expect(merged).not.toBe(early);
    expect(merged.legend).toBe(early.legend);
  });
});

describe('the time axis', () => {
  it('puts steps at their training seconds', () => {
    const { frame, moment } = chart('loss', fixtureSamples(fixtureConfig()), { xAxis: 'seconds' });
    // 500 steps of 4 ms, float32.
    expect(frame.xDomain[1]).toBeCloseTo(2, 5);
    const middle = moment.geometry.toX(250);
    expect(middle).toBeCloseTo(moment.geometry.plot.x + moment.geometry.plot.width / 2, 3);
    expect(moment.geometry.toStep(middle)).toBe(250);
  });
});
