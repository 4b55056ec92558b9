import { expect, it } from 'vitest';
import type { HyperValues } from '../../kernels/step-program.ts';
import { type DiagnosisInput, defaultHyper } from '../definition.ts';
import { scheduleFreeOverProdigy } from './scheduleFreeOverProdigy.ts';

function inputOf({
  hyper = {},
  d = 0.5,
  mult = 1,
}: {
  readonly hyper?: HyperValues;
  readonly d?: number;
  readonly mult?: number;
}): DiagnosisInput {
  const values = (value: number) => new Float32Array(100).fill(value);
  return {
    hyper: { ...defaultHyper(scheduleFreeOverProdigy), ...hyper },
    steps: Array.from({ length: 100 }, (_, t) => t),
    trace: (id) => values(id === 'd' ? d : 0),
    rmsStep: values(0),
    loss: values(1),
    mult: Float32Array.from({ length: 100 }, (_, t) => (t < 50 ? 1 : mult)),
    warmupSteps: 0,
    isFinished: true,
  };
}

it('says of d what Prodigy says', () => {
  expect(scheduleFreeOverProdigy.diagnose(inputOf({}))).toEqual(['d settled at 0.500 after 1 step.']);
  expect(scheduleFreeOverProdigy.diagnose(inputOf({ d: 1e-6 }))[0]).toMatch(/^d has not left d0/);
});

it('says that decay at y does not follow d', () => {
  expect(scheduleFreeOverProdigy.diagnose(inputOf({ hyper: { weightDecayAtY: 0.1 } }))[0]).toBe(
    "Weight decay at y is not scaled by d and takes 10.0 % of y off in each step. Use Prodigy's own weight decay. Try Weight decay at y = 0.",
  );
});

it('asks for a constant schedule when it decays', () => {
  expect(scheduleFreeOverProdigy.diagnose(inputOf({ mult: 0.1 }))[1]).toContain('use a constant schedule');
});
