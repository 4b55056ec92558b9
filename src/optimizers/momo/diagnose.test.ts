import { describe, expect, it } from 'vitest';
import { type DiagnosisInput, defaultHyper, type OptimizerDefinition } from '../definition.ts';
import { momoAdam } from '../momoAdam/momoAdam.ts';
import { momo } from './momo.ts';

interface Recorded {
  readonly tau: readonly number[];
  readonly cap?: readonly number[];
  readonly lb?: readonly number[];
  readonly loss?: readonly number[];
  readonly hyper?: Readonly<Record<string, number | boolean>>;
  readonly isFinished?: boolean;
}

function inputOf(definition: OptimizerDefinition, { tau, cap, lb, loss, hyper = {}, isFinished = true }: Recorded): DiagnosisInput {
  const series: Readonly<Record<string, readonly number[]>> = { tau, cap: cap ?? tau.map(() => 1), lb: lb ?? tau.map(() => 0) };
  return {
    hyper: { ...defaultHyper(definition), ...hyper },
    steps: tau.map((_, index) => index),
    trace: (id) => Float32Array.from(series[id] ?? []),
    rmsStep: new Float32Array(tau.length),
    loss: Float32Array.from(loss ?? tau.map(() => 2)),
    mult: new Float32Array(tau.length).fill(1),
    warmupSteps: 0,
    isFinished,
  };
}

const constant = (value: number, count: number) => Array.from({ length: count }, () => value);

describe('what is said about the cap', () => {
  it('says what the method is while its cap acts, and what to try', () => {
    const tau = constant(0.01, 100);
    expect(momoAdam.diagnose(inputOf(momoAdam, { tau, cap: tau, isFinished: false }))).toEqual([
      'The step was at its cap in 100 % of 100 steps: that is Adam with a learning rate of 0.01 x schedule, and the model of the loss decided nothing. Try Learning rate cap = 0.1.',
    ]);
    expect(momo.diagnose(inputOf(momo, { tau, cap: tau }))[0]).toMatch(/that is SGD with momentum .* Try Learning rate cap = 10\.$/);
  });

  it('waits until there are enough steps, and suggests no cap beyond its range', () => {
    const tau = constant(1, 49);
    expect(momo.diagnose(inputOf(momo, { tau, isFinished: false }))).toEqual([]);
    expect(momo.diagnose(inputOf(momo, { tau: constant(1, 50), hyper: { lr: 500 } }))[0]).toMatch(/decided nothing\.$/);
  });

  it('says at the end how often the cap acted, counting only steps that the schedule lets move', () => {
    const tau = [0, ...constant(0.5, 60), ...constant(1, 20), 0];
    const cap = [0, ...constant(1, 80), 0];
    expect(momo.diagnose(inputOf(momo, { tau, cap }))).toEqual([
      'The cap set the step in 25.0 % of the steps, the model of the loss in the others.',
    ]);
    expect(momo.diagnose(inputOf(momo, { tau, cap, isFinished: false }))).toEqual([]);
  });

  it('says nothing of a run without steps, or without any that may move', () => {
    expect(momo.diagnose(inputOf(momo, { tau: [] }))).toEqual([]);
    expect(momo.diagnose(inputOf(momo, { tau: constant(0, 80), cap: constant(0, 80) }))).toEqual([]);
  });
});

describe('what is said about the lower bound', () => {
  const tau = constant(0.5, 100);

  it('says when it is above the loss from the start', () => {
    const [finding] = momo.diagnose(inputOf(momo, { tau: constant(0, 100), hyper: { lb: 5 }, isFinished: false }));
    expect(finding).toBe(
      'The lower bound of 5 is above the loss, which began at 2.00: the step is zero while the model of the loss is below the bound. Try Lower bound = 0.',
    );
  });

  it('says how often the loss was below it, and names a bound that is one', () => {
    const loss = [...constant(2, 60), ...constant(-3, 40)];
    expect(momo.diagnose(inputOf(momo, { tau, loss, isFinished: false }))).toEqual([
      'The loss was below its lower bound of 0 in 40 of 100 steps: the step is zero while the model of the loss is below the bound. Try Lower bound = -10.',
    ]);
    expect(momo.diagnose(inputOf(momo, { tau, loss: constant(-2000, 100), isFinished: false }))[0]).toMatch(/below the bound\.$/);
  });

  it('does not speak of single batches', () => {
    const loss = [...constant(2, 95), ...constant(0.1, 5)];
    expect(momo.diagnose(inputOf(momo, { tau, loss, hyper: { lb: 0.5 }, isFinished: false }))).toEqual([]);
  });

  it('says which bound was found', () => {
    const lb = Array.from({ length: 100 }, (_, t) => t / 1000);
    expect(momo.diagnose(inputOf(momo, { tau, lb, hyper: { useFstar: true } }))[1]).toBe(
      'The lower bound of the loss was estimated at 0.0990 in the end.',
    );
  });
});
