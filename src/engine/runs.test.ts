import { describe, expect, it } from 'vitest';
import { planBlocks } from '../kernels/optimizer-runner.ts';
import { defaultHyper } from '../optimizers/definition.ts';
import { optimizerOf } from './catalogue.ts';
import type { RaceConfig, RacerConfig } from './config.ts';
import { defaultRace } from './default-config.ts';
import { evaluationPeriod, expandRuns, horizonSteps, rowSpec } from './runs.ts';

const racer = (key: string, optimizer: string, over: Partial<RacerConfig> = {}): RacerConfig => ({
  key,
  optimizer,
  hyper: defaultHyper(optimizerOf(optimizer)),
  labelSmoothing: 0,
  dropout: 0,
  auxDropout: 0,
  schedule: null,
  horizon: null,
  hidden: false,
  ...over,
});

describe('runs of a race', () => {
  it('brings racers that share code together, so that they form one block of rows', () => {
    const coupled = racer('e', 'prodigy', { hyper: { ...defaultHyper(optimizerOf('prodigy')), decouple: false } });
    const config: RaceConfig = {
      ...defaultRace,
      seeds: 2,
      racers: [racer('a', 'adamw'), racer('b', 'prodigy'), racer('c', 'adamw'), racer('d', 'prodigy'), coupled],
    };
    const runs = expandRuns(config, 600, optimizerOf);
    expect(runs.map((run) => `${run.racer.key}${run.seed - config.seed}`)).toEqual([
      'a0',
      'a1',
      'c0',
      'c1',
      'b0',
      'b1',
      'd0',
      'd1',
      'e0',
      'e1',
    ]);
    const blocks = planBlocks(runs.map((run) => rowSpec(run, optimizerOf(run.racer.optimizer), 10)));
    expect(blocks.map(({ rows }) => rows.length)).toEqual([4, 4, 2]);
  });

  it("lets a racer's own schedule and horizon win over the race's", () => {
    const own = racer('a', 'adamw', { schedule: { kind: 'wsd', warmup: 0 }, horizon: 0.25 });
    const [first, second] = expandRuns({ ...defaultRace, horizon: 0.5, racers: [own, racer('b', 'adamw')] }, 600, optimizerOf);
    expect(first).toMatchObject({ horizonSteps: 150, schedule: { kind: 'wsd' } });
    expect(second).toMatchObject({ horizonSteps: 300, schedule: defaultRace.schedule });
  });

  it('rounds horizons to whole steps, at least one, and evaluates 40 times over the maximum', () => {
    expect(horizonSteps(1 / 3, 400)).toBe(133);
    expect(horizonSteps(1e-9, 400)).toBe(1);
    expect(evaluationPeriod(600)).toBe(15);
    expect(evaluationPeriod(601)).toBe(16);
  });
});
