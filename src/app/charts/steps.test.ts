import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ViewConfig } from '../../engine/config.ts';
import type { ChartId } from '../../engine/view.ts';
import type { RaceSamples } from '../store/samples.ts';
import type { ChartLine } from './chart-data.ts';
import { computeChart } from './chart-frame.ts';
import { fixtureConfig, fixtureSamples, fixtureState } from './fixture.ts';
import { legendEntries, readoutValue, tableSteps } from './readout.ts';

function moment(id: ChartId, samples: RaceSamples, view: Partial<ViewConfig> = {}) {
  const chart = computeChart(id, fixtureState(samples, {}, { smoothing: 0, ...view }), { width: 600, height: 240 });
  if (!chart) throw new Error('the fixture names an unknown workload');
  return chart.moment;
}
const linesOf = (id: ChartId, samples: RaceSamples, view: Partial<ViewConfig> = {}) => moment(id, samples, view).data.lines;

function columnOf(samples: RaceSamples, racerKey: string | null, name: string): Float32Array {
  const run = samples.runs.find((other) => other.racerKey === racerKey);
  const column = run?.series[run.columns.indexOf(name)];
  if (!column) throw new Error(`no column ${name}`);
  return column;
}

/** Which column each drawn line shows. */
const COLUMNS = [
  { chart: 'loss', offset: 0, nameOf: () => 'loss' },
  { chart: 'step', offset: 1, nameOf: () => 'rmsStep' },
  { chart: 'distance', offset: 1, nameOf: ({ id, role }: ChartLine) => (role === 'reference' ? 'movedMax' : (id.split(':')[1] as string)) },
] as const;

const view = fc.record({
  xAxis: fc.constantFrom('steps' as const, 'seconds' as const),
  xLog: fc.constantFrom([], ['loss', 'step', 'distance'] as const),
});

describe('step k of the x axis', () => {
  it('is after k updates: a loss lies before its update, what the update did behind it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), fc.double({ min: 0, max: 1, noNaN: true }), view, (totalSteps, part, look) => {
        const samples = fixtureSamples(fixtureConfig(), { totalSteps, count: Math.max(1, Math.round(part * totalSteps)) });
        for (const { chart, offset, nameOf } of COLUMNS) {
          for (const line of linesOf(chart, samples, look)) {
            const column = columnOf(samples, line.racerKey, nameOf(line));
            line.steps.forEach((step, i) => {
              expect(line.values[i]).toBe(column[step - offset]);
              if (Number.isFinite(line.values[i])) expect(line.at(step)).toBe(line.values[i]);
            });
            expect(line.steps[line.steps.length - 1]).toBe(samples.count - 1 + offset);
            expect(line.at(samples.count + offset)).toBeNull();
            expect(line.at(offset - 1)).toBeNull();
          }
        }
      }),
      // Every case builds three charts of four racers.
      { numRuns: 30 },
    );
  });

  it('moves bands with their lines', () => {
    const samples = fixtureSamples(fixtureConfig({ seeds: 3 }), { totalSteps: 150 });
    expect(moment('loss', samples).data.bands[0]?.steps[0]).toBe(0);
    expect(moment('loss', samples).data.bands[0]?.steps.at(-1)).toBe(149);
    expect(moment('step', samples).data.bands[0]?.steps.at(-1)).toBe(150);
  });

  it('leaves the multiplier of update k at step k', () => {
    const [line] = linesOf('schedule', fixtureSamples(fixtureConfig()));
    // 25 warmup updates: the first takes 1/25, the 25th the peak.
    expect(line?.at(0)).toBeCloseTo(1 / 25, 12);
    expect(line?.at(24)).toBe(1);
  });

  it('puts a cross at the last finite point, which in the same row is one step later for what the update did', () => {
    const samples = fixtureSamples(fixtureConfig(), { divergedAt: { b: 2 } });
    expect(moment('loss', samples).data.marks).toMatchObject([{ step: 1, shortText: '× step 3' }]);
    expect(moment('step', samples).data.marks).toMatchObject([{ step: 2, shortText: '× step 3' }]);
    expect(moment('distance', samples).data.marks).toMatchObject([{ step: 2, shortText: '× step 3' }]);
  });

  it('can be pointed at up to the end of the race', () => {
    const { geometry } = moment('step', fixtureSamples(fixtureConfig(), { totalSteps: 200 }));
    expect(geometry.toStep(geometry.plot.x + geometry.plot.width)).toBe(200);
    expect(geometry.toStep(geometry.plot.x)).toBe(0);
  });

  it('is at the training seconds of its k-th update', () => {
    const { data, geometry } = moment('step', fixtureSamples(fixtureConfig(), { totalSteps: 200 }), { xAxis: 'seconds' });
    const last = data.lines[0]?.steps.at(-1) as number;
    expect(geometry.toX(last)).toBeCloseTo(geometry.plot.x + geometry.plot.width, 6);
  });
});

describe('the data table', () => {
  it('has no distance moved at step 0, and ends where its lines end', () => {
    const samples = fixtureSamples(fixtureConfig(), { totalSteps: 200 });
    const spanOf = (id: ChartId) => {
      const steps = tableSteps(moment(id, samples).data, samples.count, 26);
      return [steps[0], steps.at(-1), steps.length];
    };
    expect(spanOf('loss')).toEqual([0, 199, 26]);
    expect(spanOf('metric')).toEqual([0, 200, 26]);
    expect(spanOf('distance')).toEqual([1, 200, 26]);
    expect(spanOf('step')).toEqual([1, 200, 26]);
  });

  it('has no row before the first step', () => {
    const samples = fixtureSamples(fixtureConfig(), { count: 0 });
    expect(tableSteps(moment('schedule', samples).data, 0, 26)).toEqual([]);
  });
});

describe('the legend', () => {
  it('shows the newest value while nothing is pointed at', () => {
    const samples = fixtureSamples(fixtureConfig(), { count: 100, divergedAt: { c: 40 } });
    for (const [id, name, row] of [
      ['loss', 'loss', 99],
      ['step', 'rmsStep', 99],
    ] as const) {
      for (const { line } of legendEntries(moment(id, samples).data)) {
        const end = line.racerKey === 'c' ? 39 : row;
        expect(readoutValue(line, null, samples.count)).toBe(columnOf(samples, line.racerKey, name)[end]);
      }
    }
  });
});
