import { describe, expect, it } from 'vitest';
import { optimizers } from '../../optimizers/registry.ts';
import { fixtureConfig, fixtureRacer, fixtureSamples, fixtureWorkload } from '../charts/fixture.ts';
import type { RaceSamples } from '../store/samples.ts';
import { aloneSeconds, bestKeys, byteUnit } from './columns.ts';
import { isAtTarget, type RacerSummary, summarize } from './summary.ts';
import { explain, note } from './why.ts';

function summaryOf(samples: RaceSamples) {
  return summarize({
    samples,
    isActive: false,
    metric: fixtureWorkload('digits')?.metrics[0] ?? null,
    definitionOf: (id) => optimizers.find((definition) => definition.id === id),
    labels: { a: 'AdamW tuned' },
    isHidden: (key) => key === 'b',
    tuningOf: () => ({ kind: 'untuned' }),
  });
}

const find = (samples: RaceSamples, key: string) => summaryOf(samples).racers.find(({ racerKey }) => racerKey === key) as RacerSummary;

describe('summary', () => {
  it('takes the first evaluation at or past the target', () => {
    const samples = fixtureSamples(fixtureConfig());
    const run = samples.runs[0];
    const first = run?.evaluations.find(({ metrics }) => (metrics[0] ?? 1) <= 0.03);
    expect(first).toBeDefined();
    expect(find(samples, 'a').stepsToTarget).toBe(first?.step);
    expect(find(samples, 'a').secondsToTarget).toBe(first?.seconds);
    expect(isAtTarget(0.03, 0.03, 'lower')).toBe(true);
    expect(isAtTarget(0.03, 0.03, 'higher')).toBe(true);
    expect(isAtTarget(0.031, 0.03, 'lower')).toBe(false);
  });

  it('has nothing to reach without a target', () => {
    const racer = find(fixtureSamples(fixtureConfig(), { target: null }), 'a');
    expect(racer.stepsToTarget).toBeNull();
    expect(racer.best).toBeLessThan(0.1);
  });

  it('takes medians over seeds, a seed that did not arrive being the slowest', () => {
    const samples = fixtureSamples(fixtureConfig({ seeds: 3 }), { divergedAt: {} });
    const runs = samples.runs.filter(({ racerKey }) => racerKey === 'a');
    // Two of three seeds never get below the target: so does their median not.
    for (const run of runs.slice(0, 2)) run.evaluations.splice(3);
    expect(find(samples, 'a')).toMatchObject({ seedsReached: 1, stepsToTarget: null, seeds: 3 });
  });

  it('reports divergence and takes no final loss from a diverged run', () => {
    const racer = find(fixtureSamples(fixtureConfig(), { divergedAt: { c: 312 } }), 'c');
    expect(racer).toMatchObject({ divergedSeeds: 1, divergedAt: 313, divergenceCause: 'loss', finalLoss: null, isOver: true });
  });

  it('averages the final loss over the last 2 % of the steps', () => {
    const samples = fixtureSamples(fixtureConfig());
    const loss = samples.runs[0]?.series[0] as Float32Array;
    loss.fill(5);
    loss.fill(1, 490);
    expect(find(samples, 'a').finalLoss).toBe(1);
  });

  it('gives the peak multiplier only where it means what a learning rate of AdamW does', () => {
    const samples = fixtureSamples(fixtureConfig());
    const run = samples.runs.find(({ racerKey }) => racerKey === 'b');
    const d = run?.series[run.columns.indexOf('d')]?.[499];
    // Prodigy's lr is 1, so its nominal multiplier at the schedule's peak is d itself.
    expect(find(samples, 'b').peakMultiplier).toBe(d);
    expect(find(samples, 'a').peakMultiplier).toBeNull();
  });

  it('knows that a race goes on, and who is hidden', () => {
    const samples = fixtureSamples(fixtureConfig(), { count: 100 });
    expect(summaryOf(samples).isOver).toBe(false);
    expect(find(samples, 'b').isHidden).toBe(true);
  });
});

describe('columns', () => {
  it('mark the best value only where there is something to compare', () => {
    const racers = summaryOf(fixtureSamples(fixtureConfig())).racers;
    expect(bestKeys(racers, ({ best }) => best, 'lower').size).toBe(1);
    expect(bestKeys(racers, ({ racerKey }) => (racerKey === 'a' ? 1 : null), 'lower').size).toBe(0);
  });
  it('multiply steps by the time of a step alone', () => {
    const racer = { ...find(fixtureSamples(fixtureConfig()), 'a'), stepsToTarget: 250 };
    expect(aloneSeconds(racer, 4)).toBe(1);
    expect(aloneSeconds(racer, undefined)).toBeNull();
    expect(aloneSeconds({ ...racer, stepsToTarget: null }, 4)).toBeNull();
  });
  it('show state in one unit', () => {
    const racers = summaryOf(fixtureSamples(fixtureConfig())).racers;
    expect(byteUnit(racers).label).toBe('kB');
    expect(byteUnit(racers.map((racer) => ({ ...racer, stateBytes: 2e6 }))).label).toBe('MB');
  });
});

describe('explanations', () => {
  const samples = fixtureSamples(fixtureConfig(), { divergedAt: { c: 312 } });
  const summary = summaryOf(samples);
  const of = (key: string, change: Partial<RacerSummary> = {}) => ({
    ...(summary.racers.find(({ racerKey }) => racerKey === key) as RacerSummary),
    ...change,
  });

  it('put divergence first', () => {
    const advice = 'A smaller learning rate or multiplier, or a longer warmup, would help.';
    expect(note(of('c'))).toBe(`Diverged at step 313: the loss was not finite. ${advice}`);
    expect(note(of('c', { divergenceCause: 'state' }))).toBe(
      `Diverged at step 313: a buffer of the method overflowed: gradients are too large. ${advice}`,
    );
    expect(note(of('c', { divergenceCause: null, seeds: 3 }))).toBe(`1 of 3 seeds diverged, the first at step 313. ${advice}`);
  });
  it('leave it to a method that has no step to say why and what to change', () => {
    const { definition } = of('c');
    const program = { ...definition.program, failure: 'The gradient is zero. Use another start.' };
    const failed = of('c', { divergenceCause: 'method', definition: { ...definition, program } });
    expect(note(failed)).toBe('Diverged at step 313. The gradient is zero. Use another start.');
  });
  it('say how far a racer was from the target', () => {
    const missed = of('b', { stepsToTarget: null, seedsReached: 0, best: 0.05, findings: ['d settled at 0.900 after 42 steps.'] });
    expect(explain(missed, summary, samples).sentences[1]).toBe('Did not reach 3.00 % in 500 steps; best was 5.00 %.');
    // The column of steps has a dash; the room is for what the method knows.
    expect(note(missed)).toBe('d settled at 0.900 after 42 steps.');
  });
  it('say that the loss rose, when the run is over', () => {
    const hopeless = of('a', { firstLoss: 2.3, finalLoss: 1e8, findings: [] });
    expect(note(hopeless)).toBe('The loss rose from 2.30 to 1.00e8.');
    expect(note({ ...hopeless, findings: ['d settled at 10.0 after 1 steps.'] })).toBe(
      'd settled at 10.0 after 1 steps. The loss rose from 2.30 to 1.00e8.',
    );
    expect(note({ ...hopeless, isOver: false })).toBe('');
    expect(note({ ...hopeless, finalLoss: 2.301 })).toBe('');
    expect(note({ ...hopeless, finalLoss: null })).toBe('');
  });
  it('name the seed that a finding is about, when there are several', () => {
    const config = fixtureConfig({ seeds: 3, seed: 7 });
    expect(find(fixtureSamples(config), 'b').findings[0]).toMatch(/^Seed 7: /);
    expect(find(fixtureSamples(config, { divergedAt: { b: 300 } }), 'b').findings).toEqual([]);
    expect(find(fixtureSamples(config, { divergedAt: { b: 300 }, cause: 'method' }), 'b').findings[0]).toMatch(/^Seed 7: /);
    expect(find(fixtureSamples(fixtureConfig()), 'b').findings[0]).not.toMatch(/^Seed/);
  });
  it('compare the measured step with that of a baseline', () => {
    expect(explain(of('b'), summary, samples).sentences.at(-1)).toMatch(/^At step 250 its measured step was .* times that of AdamW tuned/);
  });
  it('offer the knob that a finding names, if it is one of the method', () => {
    const hyper = fixtureRacer('b', 'prodigy').hyper;
    const remedy = explain(
      of('b', { findings: ['d has not left d0 = 1e-6. Try d0 = 1e-5, or a longer warmup.'] }),
      summary,
      samples,
    ).remedy;
    expect(remedy).toEqual({ label: 'Add a racer with d0 = 1e-5', hyper: { ...hyper, d0: 1e-5 } });
    const mechanic = fixtureSamples(fixtureConfig({ optimizers: ['mechanicAdamw'] }));
    const tuner = { ...find(mechanic, 'a'), findings: ['Try s_init = 1e-6.'] };
    expect(explain(tuner, summaryOf(mechanic), mechanic).remedy).toEqual({
      label: 'Add a racer with s_init = 1e-6',
      hyper: { ...tuner.racer.hyper, sInit: 1e-6 },
    });
    expect(explain(of('b', { findings: ['Try luck = 7.'] }), summary, samples).remedy).toBeNull();
    expect(explain(of('b', { findings: ['Try d0 = 1e9.'] }), summary, samples).remedy).toBeNull();
  });
});
