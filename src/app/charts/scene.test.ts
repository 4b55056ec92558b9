import { describe, expect, it } from 'vitest';
import { computeChart } from './chart-frame.ts';
import { fixtureConfig, fixtureSamples, fixtureState } from './fixture.ts';
import { layoutScene } from './scene.ts';
import { textWidth } from './shorten.ts';

function lossScene(divergedAt: Record<string, number>, width = 600, seeds = 1) {
  const samples = fixtureSamples(fixtureConfig({ seeds }), { divergedAt });
  const chart = computeChart('loss', fixtureState(samples), { width, height: 240 });
  if (!chart) throw new Error('the fixture names an unknown workload');
  const { data, geometry } = chart.moment;
  return { ...layoutScene(data, geometry), geometry };
}

describe('the labels of a run that diverged', () => {
  it('are its name and, below, the update that was not finite, both beside the cross', () => {
    const { texts, paths, geometry } = lossScene({ c: 2 });
    const name = texts.find(({ id }) => id === 'end c:loss');
    const words = texts.find(({ id }) => id.startsWith('mark c'));
    const cross = paths.find(({ kind }) => kind === 'cross');
    const [, left] = /^M([\d.]+)/.exec(cross?.d ?? '') ?? [];
    expect(name?.text).toBe('Mechanic (AdamW)');
    expect(words?.text).toBe('diverged, step 3');
    for (const text of [name, words]) {
      expect(text?.x).toBeGreaterThan(Number(left));
      // A cross of 9 px, the sample of the line's pattern, and the gaps between them.
      expect(text?.x).toBeLessThan(Number(left) + 40);
      expect(text?.y).toBeLessThan(geometry.plot.y + 40);
    }
    const reason = texts.find(({ id }) => id.startsWith('reason c'));
    expect(reason?.text).toBe('loss not finite');
    // One line of 11 px text apart.
    expect((words?.y ?? 0) - (name?.y ?? 0)).toBeGreaterThanOrEqual(12);
    expect((reason?.y ?? 0) - (words?.y ?? 0)).toBeGreaterThanOrEqual(12);
  });

  it('leave out why where there is no room for it, and where an old recording does not know', () => {
    const reasons = (width: number, cause?: 'parameters') => {
      const samples = fixtureSamples(fixtureConfig(), { divergedAt: { c: 2 }, ...(cause ? { cause } : {}) });
      if (!cause) for (const run of samples.runs) if (run.divergence) run.divergence = { step: run.divergence.step };
      const chart = computeChart('loss', fixtureState(samples), { width, height: 240 });
      return (chart ? layoutScene(chart.moment.data, chart.moment.geometry).texts : []).filter(({ id }) => id.startsWith('reason'));
    };
    expect(reasons(600, 'parameters')).toHaveLength(1);
    expect(reasons(360, 'parameters')).toHaveLength(0);
    expect(reasons(600)).toHaveLength(0);
  });

  it('stand once, below the name of the main line, where a reference ends beside it', () => {
    const samples = fixtureSamples(fixtureConfig(), { divergedAt: { b: 300 } });
    const chart = computeChart('distance', fixtureState(samples), { width: 600, height: 240 });
    if (!chart) throw new Error('the fixture names an unknown workload');
    const ids = layoutScene(chart.moment.data, chart.moment.geometry).texts.map(({ id }) => id);
    expect(ids.filter((id) => id.startsWith('mark b'))).toHaveLength(1);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('do not push the names in the gutter away', () => {
    const positions = (divergedAt: Record<string, number>) =>
      lossScene(divergedAt)
        .texts.filter(({ id }) => id === 'end a:loss' || id === 'end b:loss')
        .map(({ x }) => x);
    expect(positions({ c: 2 })).toEqual(positions({}));
  });

  it('stay inside the drawing where the run ends at the edge, whatever its width', () => {
    for (const width of [360, 600]) {
      for (const seeds of [1, 3]) {
        const words = lossScene({ c: 498 }, width, seeds).texts.find(({ id, text }) => id.startsWith('mark c') && text !== '');
        expect(words?.text).toMatch(/step 499/);
        const right = (words?.x ?? 0) + (words?.anchor === 'end' ? 0 : textWidth(words?.text ?? ''));
        expect(right).toBeLessThanOrEqual(width);
      }
    }
  });
});
