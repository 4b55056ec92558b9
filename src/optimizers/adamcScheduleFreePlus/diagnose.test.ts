import { expect, it } from 'vitest';
import type { HyperValues } from '../../kernels/step-program.ts';
import { type DiagnosisInput, defaultHyper } from '../definition.ts';
import { adamcScheduleFreePlus } from './adamcScheduleFreePlus.ts';

function inputOf({
  hyper = {},
  rate = () => 0.1,
  isFinished = true,
}: {
  readonly hyper?: HyperValues;
  readonly rate?: (t: number) => number;
  readonly isFinished?: boolean;
}): DiagnosisInput {
  const values = (of: (t: number) => number) => Float32Array.from({ length: 100 }, (_, t) => of(t));
  return {
    hyper: { ...defaultHyper(adamcScheduleFreePlus), ...hyper },
    steps: Array.from({ length: 100 }, (_, t) => t),
    trace: (id) => values(id === 'rate' ? rate : () => 1),
    rmsStep: values(() => 0),
    loss: values(() => 1),
    mult: values(() => 1),
    warmupSteps: 0,
    isFinished,
  };
}

it('says nothing about steps that move', () => {
  expect(adamcScheduleFreePlus.diagnose(inputOf({}))).toEqual([]);
});

it('says when most steps were 0, and what the method takes for granted', () => {
  expect(adamcScheduleFreePlus.diagnose(inputOf({ rate: (t) => (t < 20 ? 0.1 : 0) }))).toEqual([
    'The step was 0 in 80.0 % of the steps: the corrected loss was not above 0. The method takes 0 for the least possible loss.',
  ]);
});

it('says when the average never began', () => {
  expect(adamcScheduleFreePlus.diagnose(inputOf({ hyper: { cWarmup: 200 } }))).toEqual([
    'The average never began: all 100 steps lay within its warmup of 200. Try Average warmup = 10.',
  ]);
  expect(adamcScheduleFreePlus.diagnose(inputOf({ hyper: { cWarmup: 200 }, isFinished: false }))).toEqual([]);
});

it('says when the average of the gradient norm was too large for most of the run', () => {
  expect(adamcScheduleFreePlus.diagnose(inputOf({ hyper: { polyakBeta: 0.9 } }))).toEqual([
    'polyak_beta = 0.9 overestimates the norm of the gradient more than twice in the first 100 steps of 100: so much shorter were the steps. Try polyak_beta = 0.',
  ]);
  expect(adamcScheduleFreePlus.diagnose(inputOf({ hyper: { polyakBeta: 0.5 } }))).toEqual([]);
});
