import { describe, expect, it } from 'vitest';
import type { CardSymbol } from '../../optimizers/card.ts';
import { defaultConfig } from '../store/default-config.ts';
import { addRacer } from '../store/edit.ts';
import { appendSamples, createSamples, type RaceSamples } from '../store/samples.ts';
import { momentOf, momentWords, valueText } from './run-values.ts';

const added = addRacer({ ...defaultConfig, racers: [], schedule: { kind: 'linear', warmup: 0 } }, 'prodigy', { hyper: { lr: 2 } });
if (!added) throw new Error('There is no room in an empty race.');
const { race, key } = added;

/** Three of ten steps of one racer: d grows 1, 2, 3 times the seed's factor, the loss falls. */
function samplesOf(factors: readonly number[]): RaceSamples {
  const columns = ['loss', 'd'];
  const samples = createSamples({
    config: { ...race, seeds: factors.length },
    totalSteps: 10,
    evaluationPeriod: 5,
    fingerprints: [],
    target: null,
    runs: factors.map((_, index) => ({ racerKey: key, seed: 7 + index, horizonSteps: 10, columns, stateBytes: 0 })),
  });
  appendSamples(samples, {
    firstStep: 0,
    count: 3,
    runs: factors.map((factor) => Float32Array.of(0.5, factor, 0.25, 2 * factor, 0.125, 3 * factor)),
    seconds: Float32Array.of(1, 2, 3),
  });
  return samples;
}

const symbol = (value: CardSymbol['value']): CardSymbol => ({ id: 'q', tex: 'q', meaning: 'q', unit: 'q', ...(value ? { value } : {}) });
const hyper = { lr: 2, d0: 1e-6 };

describe('what a card shows of a run', () => {
  const moment = momentOf(samplesOf([1]), key, 'prodigy', null);

  it('is the newest step while nothing is pointed at', () => {
    expect(moment).toMatchObject({ step: 3, newest: 3 });
    expect(moment && momentWords(moment)).toBe('step 3 of 10 (newest), seed 7');
    expect(valueText(symbol({ kind: 'scalar', name: 'd' }), moment, hyper)).toBe('3.00');
    expect(valueText(symbol({ kind: 'loss' }), moment, hyper)).toBe('0.125');
  });

  it('follows the step that is pointed at, within the steps that were made', () => {
    const at = (pointed: number) =>
      valueText(symbol({ kind: 'scalar', name: 'd' }), momentOf(samplesOf([1]), key, 'prodigy', pointed), hyper);
    expect([0, 1, 2, 9].map(at)).toEqual(['1.00', '1.00', '2.00', '3.00']);
  });

  it('is the median over seeds, and says so', () => {
    const median = momentOf(samplesOf([1, 5, 2]), key, 'prodigy', null);
    expect(median && momentWords(median)).toBe('step 3 of 10 (newest), median of 3 seeds');
    expect(valueText(symbol({ kind: 'scalar', name: 'd' }), median, hyper)).toBe('6.00');
  });

  it('has L and the schedule of the same step', () => {
    expect(valueText(symbol({ kind: 'multiplier' }), moment, hyper)).toBe('0.800');
    expect(valueText(symbol({ kind: 'L' }), moment, hyper)).toBe('1.60');
  });

  it('ends where every seed has diverged', () => {
    const samples = samplesOf([1, 2]);
    for (const run of samples.runs) run.divergence = { step: 2, cause: 'loss' };
    expect(momentOf(samples, key, 'prodigy', null)?.newest).toBe(2);
  });
});

describe('without a run', () => {
  it('only hyperparameters have a value', () => {
    expect(valueText(symbol({ kind: 'hyper', name: 'd0' }), null, hyper)).toBe('1e-6');
    expect(valueText(symbol({ kind: 'scalar', name: 'd' }), null, hyper)).toBeNull();
    expect(valueText(symbol(undefined), null, hyper)).toBeNull();
  });

  it('a race without this racer, with another method under its key, or before its first step counts as none', () => {
    const samples = samplesOf([1]);
    expect(momentOf(null, key, 'prodigy', null)).toBeNull();
    expect(momentOf(samples, null, 'prodigy', null)).toBeNull();
    expect(momentOf(samples, key, 'adamw', null)).toBeNull();
    samples.count = 0;
    expect(momentOf(samples, key, 'prodigy', null)).toBeNull();
  });
});

it("of a run with other settings than the form, the values are the run's", () => {
  const moment = momentOf(samplesOf([1]), key, 'prodigy', null);
  expect(valueText(symbol({ kind: 'hyper', name: 'lr' }), moment, { lr: 5 })).toBe('2');
});
