import { describe, expect, it } from 'vitest';
import { defaultHyper, type OptimizerDefinition } from '../../optimizers/definition.ts';
import { optimizers } from '../../optimizers/registry.ts';
import { headline } from './headline.ts';
import type { RacerSummary, RaceSummary, Tuning } from './summary.ts';

const definition = (id: string) => optimizers.find((candidate) => candidate.id === id) as OptimizerDefinition;
const TUNED: Tuning = { kind: 'tuned', trials: 64, runs: 320, matches: true, why: 'Tuned for these settings.' };

function racer(id: string, change: Partial<RacerSummary> = {}): RacerSummary {
  const optimizer = definition(id);
  return {
    racerKey: id,
    racer: {
      key: id,
      optimizer: id,
      hyper: defaultHyper(optimizer),
      labelSmoothing: 0,
      dropout: 0,
      auxDropout: 0,
      schedule: null,
      horizon: null,
      hidden: false,
    },
    definition: optimizer,
    label: optimizer.label,
    isHidden: false,
    tuning: { kind: 'untuned' },
    seeds: 1,
    horizonSteps: 500,
    isOver: true,
    seedsReached: 0,
    stepsToTarget: null,
    secondsToTarget: null,
    best: 0.05,
    finalLoss: 0.1,
    firstLoss: 2.3,
    divergenceCause: null,
    stateBytes: 1000,
    divergedSeeds: 0,
    divergedAt: null,
    findings: [],
    peakMultiplier: null,
    ...change,
  };
}

const reached = (id: string, steps: number, change: Partial<RacerSummary> = {}) =>
  racer(id, { stepsToTarget: steps, seedsReached: 1, best: 0.02, ...change });
const tunedAdamw = (steps: number | null, change: Partial<RacerSummary> = {}) =>
  racer('adamw', { label: 'AdamW tuned', tuning: TUNED, stepsToTarget: steps, seedsReached: steps === null ? 0 : 1, ...change });

function race(racers: readonly RacerSummary[], change: Partial<RaceSummary> = {}): RaceSummary {
  return {
    metric: { id: 'errorRate', label: 'Validation error', direction: 'lower', unit: '%' },
    target: { value: 0.03, source: 'Test.' },
    stepsDone: 500,
    totalSteps: 500,
    seeds: 1,
    isOver: racers.every(({ isOver }) => isOver),
    isStopped: false,
    racers,
    ...change,
  };
}

describe('headline', () => {
  it('compares the fastest learning-rate-free method with the tuned baseline and names the cost of tuning', () => {
    expect(headline(race([tunedAdamw(250), reached('prodigy', 325), reached('mechanicAdamw', 400)]))).toBe(
      "Prodigy reached the target in 1.3 times AdamW tuned's steps (325 against 250). Tuning AdamW cost 320 runs.",
    );
  });

  it('does not hide that the learning-rate-free method was faster', () => {
    expect(headline(race([tunedAdamw(250), reached('prodigy', 200)]))).toContain("in 0.8 times AdamW tuned's steps (200 against 250)");
  });

  it('calls a tie a tie', () => {
    expect(headline(race([tunedAdamw(250), reached('prodigy', 250)]))).toContain(
      'Prodigy and AdamW tuned reached the target at the same evaluation, after 250 steps.',
    );
  });

  it('measures against a tuned baseline even when an untuned one was faster', () => {
    expect(headline(race([tunedAdamw(250), reached('nadamw', 200), reached('prodigy', 500)]))).toContain("2 times AdamW tuned's steps");
  });

  it('says when the baseline was not tuned', () => {
    expect(headline(race([reached('adamw', 400), reached('prodigy', 200)]))).toBe(
      "Prodigy reached the target in 0.5 times AdamW's steps (200 against 400). AdamW was not tuned for this race.",
    );
  });

  it('says when the baseline was tuned for other settings', () => {
    const other = tunedAdamw(250, { tuning: { ...TUNED, matches: false } });
    expect(headline(race([other, reached('prodigy', 325)]))).toContain('AdamW was tuned for other settings; tuning AdamW cost 320 runs.');
  });

  it('says when only one side reached the target', () => {
    expect(headline(race([tunedAdamw(null), reached('prodigy', 325)]))).toContain(
      'Prodigy reached the target in 325 steps; AdamW tuned did not.',
    );
    expect(headline(race([tunedAdamw(250), racer('prodigy', { best: 0.04 })]))).toContain(
      'AdamW tuned reached the target in 250 steps; Prodigy did not (best 4.00 %).',
    );
    expect(headline(race([tunedAdamw(250), racer('prodigy', { best: 0.04 }), racer('mechanicAdamw')]))).toContain(
      'AdamW tuned reached the target in 250 steps; no learning-rate-free method did (Prodigy came closest: best 4.00 %).',
    );
  });

  it('names the closest when nobody reached the target', () => {
    expect(headline(race([tunedAdamw(null, { best: 0.035 }), racer('prodigy', { best: 0.05 })]))).toBe(
      'No racer reached the target of 3.00 %; AdamW tuned came closest with 3.50 %, before Prodigy with 5.00 %. Tuning AdamW cost 320 runs.',
    );
  });

  it('measures against the better of two tuned baselines that did not reach the target', () => {
    const nadamw = racer('nadamw', { label: 'NAdamW tuned', best: 0.032, tuning: { ...TUNED, runs: 40 } });
    expect(headline(race([tunedAdamw(null, { best: 0.035 }), racer('prodigy'), nadamw]))).toBe(
      'No racer reached the target of 3.00 %; NAdamW tuned came closest with 3.20 %, before Prodigy with 5.00 %. Tuning NAdamW cost 40 runs.',
    );
  });

  it('ranks racers when there is no baseline, or nothing but baselines', () => {
    expect(headline(race([reached('prodigy', 325), reached('mechanicAdamw', 400)]))).toBe(
      'Prodigy reached the target in 325 steps, Mechanic (AdamW) in 400. There is no baseline in this race.',
    );
    expect(headline(race([tunedAdamw(250), racer('nadamw')]))).toBe(
      'AdamW tuned reached the target in 250 steps; 1 of 2 racers did not. Tuning AdamW cost 320 runs.',
    );
  });

  it('counts nothing as final while the race runs', () => {
    const running = { isOver: false };
    const text = headline(race([tunedAdamw(200, running), racer('prodigy', running)], { stepsDone: 210 }));
    expect(text).toContain('At step 210 of 500: AdamW tuned reached the target in 200 steps; Prodigy has not yet');
    expect(headline(race([tunedAdamw(null, running), racer('prodigy', running)], { stepsDone: 20 }))).toContain(
      'No racer has reached the target of 3.00 % yet; AdamW tuned is closest with 5.00 %, before Prodigy with 5.00 %.',
    );
  });

  it('speaks of a race that was stopped as of one that is over', () => {
    const unfinished = { isOver: false };
    const stopped = { stepsDone: 210, isStopped: true };
    expect(headline(race([tunedAdamw(null, unfinished), racer('prodigy', { ...unfinished, best: 0.06 })], stopped))).toBe(
      'Stopped at step 210 of 500: No racer reached the target of 3.00 %; AdamW tuned came closest with 5.00 %, before Prodigy with 6.00 %. ' +
        'Tuning AdamW cost 320 runs.',
    );
    expect(headline(race([tunedAdamw(200, unfinished), racer('prodigy', unfinished)], stopped))).toContain(
      'AdamW tuned reached the target in 200 steps; Prodigy did not',
    );
  });

  it('reports divergence, with its step and seeds', () => {
    const diverged = racer('prodigy', { divergedSeeds: 1, divergedAt: 312 });
    expect(headline(race([tunedAdamw(250), diverged]))).toContain(
      'AdamW tuned reached the target in 250 steps; Prodigy diverged before it',
    );
    expect(headline(race([tunedAdamw(250), diverged]))).toContain('Prodigy diverged at step 312.');
    const some = reached('prodigy', 325, { divergedSeeds: 1, divergedAt: 40, seeds: 3, seedsReached: 2 });
    expect(headline(race([tunedAdamw(250), some], { seeds: 3 }))).toContain(
      'Prodigy diverged in 1 of 3 seeds, first at step 40. Medians of 3 seeds.',
    );
  });

  it('compares best values where there is no target', () => {
    expect(headline(race([tunedAdamw(null, { best: 0.03 }), racer('prodigy', { best: 0.025 })], { target: null }))).toBe(
      'There is no target for these settings. Best validation error: Prodigy 2.50 %, AdamW tuned 3.00 %. Tuning AdamW cost 320 runs.',
    );
  });

  it('names the best of both families without a target too, whichever is ahead', () => {
    const racers = [tunedAdamw(null, { best: 0.02 }), racer('nadamw', { best: 0.03 }), racer('prodigy', { best: 0.025 })];
    expect(headline(race(racers, { target: null }))).toContain('AdamW tuned 2.00 %, Prodigy 2.50 %.');
  });

  it('says nothing before the first step', () => {
    expect(headline(race([tunedAdamw(null)], { stepsDone: 0 }))).toBe('');
    expect(headline(race([]))).toBe('');
  });

  it('takes a higher metric as better where that is so', () => {
    const metric = { id: 'accuracy', label: 'Accuracy', direction: 'higher', unit: '%' } as const;
    expect(
      headline(race([tunedAdamw(null, { best: 0.9 }), racer('prodigy', { best: 0.95 })], { metric, target: { value: 0.97, source: '' } })),
    ).toContain('Prodigy came closest with 95.0 %');
  });
});
