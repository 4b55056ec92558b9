import { describe, expect, it } from 'vitest';
import type { HyperValues } from '../../kernels/step-program.ts';
import { type DiagnosisInput, defaultHyper } from '../definition.ts';
import { scheduleFreeAdamw } from '../scheduleFreeAdamw/scheduleFreeAdamw.ts';

const STEPS = 200;

function inputOf({
  steps = STEPS,
  loss = () => 1,
  mult = () => 1,
  hyper = {},
  isFinished = true,
  warmupSteps = 0,
}: {
  readonly steps?: number;
  readonly loss?: (t: number) => number;
  readonly mult?: (t: number) => number;
  readonly hyper?: HyperValues;
  readonly isFinished?: boolean;
  readonly warmupSteps?: number;
}): DiagnosisInput {
  const values = (of: (t: number) => number) => Float32Array.from({ length: steps }, (_, t) => of(t));
  return {
    hyper: { ...defaultHyper(scheduleFreeAdamw), ...hyper },
    steps: Array.from({ length: steps }, (_, t) => t),
    trace: () => values(() => 0.5),
    rmsStep: values(() => 0),
    loss: values(loss),
    mult: values(mult),
    warmupSteps,
    isFinished,
  };
}

const decaying = (t: number) => 2 - t / STEPS;
const bump = (t: number) => (t > 2 && t < 20 ? 5 : decaying(t));

describe('what is said about a schedule', () => {
  it('says nothing about a constant one, with or without warmup', () => {
    expect(scheduleFreeAdamw.diagnose(inputOf({ loss: decaying }))).toEqual([]);
    expect(scheduleFreeAdamw.diagnose(inputOf({ loss: decaying, mult: (t) => Math.min(1, (t + 1) / 10), warmupSteps: 10 }))).toEqual([]);
  });

  it('asks for a constant one when it decays', () => {
    expect(scheduleFreeAdamw.diagnose(inputOf({ loss: decaying, mult: (t) => 1 - t / STEPS }))).toEqual([
      "The race's schedule has fallen to 5.0e-3 of its peak. Schedule-Free averages instead of decaying: use a constant schedule.",
    ]);
  });

  it('names a first step of size 0, and whether it counts', () => {
    const mult = (t: number) => (t === 0 ? 0 : 1);
    expect(scheduleFreeAdamw.diagnose(inputOf({ loss: decaying, mult }))).toEqual([
      "The race's schedule is 0 on the first step, which moves nothing and has no weight in the average (c = 0): start the warmup above 0.",
    ]);
    expect(scheduleFreeAdamw.diagnose(inputOf({ loss: decaying, mult, hyper: { weightLrPower: 0 } }))[0]).toContain(
      'counts in the average like any other',
    );
  });
});

describe('what is said about warmup', () => {
  it('says when the loss rose at first, and what to try', () => {
    expect(scheduleFreeAdamw.diagnose(inputOf({ loss: bump }))).toEqual([
      'The loss rose to 2.50 times its start by step 4: the first steps were too long. Try Warmup steps = 10.',
    ]);
    expect(scheduleFreeAdamw.diagnose(inputOf({ loss: bump, hyper: { warmupSteps: 30 } }))[0]).toContain('Try Warmup steps = 60.');
  });

  it('suggests no warmup beyond its range', () => {
    expect(scheduleFreeAdamw.diagnose(inputOf({ loss: bump, hyper: { warmupSteps: 10_000 }, isFinished: false }))[0]).toContain(
      'A smaller learning rate would help.',
    );
  });

  it('says nothing about a loss that rises late, or before it can tell', () => {
    expect(scheduleFreeAdamw.diagnose(inputOf({ loss: (t) => (t > 100 ? 5 : 1) }))).toEqual([]);
    expect(scheduleFreeAdamw.diagnose(inputOf({ steps: 30, loss: bump, isFinished: false }))).toEqual([]);
    expect(scheduleFreeAdamw.diagnose(inputOf({ steps: 0, isFinished: false }))).toEqual([]);
  });

  it('says when the run ended inside it', () => {
    expect(scheduleFreeAdamw.diagnose(inputOf({ loss: decaying, hyper: { warmupSteps: 500 } }))).toEqual([
      'The run ended inside its warmup, after 200 steps of 500: the learning rate never reached its value. Try Warmup steps = 10.',
    ]);
  });
});
