import { describe, expect, it } from 'vitest';
import type { HyperValues } from '../../kernels/step-program.ts';
import { type DiagnosisInput, defaultHyper } from '../definition.ts';
import { rectification } from './rectification.ts';
import { scheduleFreeRadam } from './scheduleFreeRadam.ts';

function inputOf(steps: number, hyper: HyperValues, isFinished = true): DiagnosisInput {
  const ones = new Float32Array(steps).fill(1);
  return {
    hyper: { ...defaultHyper(scheduleFreeRadam), ...hyper },
    steps: Array.from({ length: steps }, (_, t) => t),
    trace: () => ones,
    rmsStep: ones,
    loss: ones,
    mult: ones,
    warmupSteps: 0,
    isFinished,
  };
}

describe('the rectification', () => {
  it('begins with step 5 at beta2 = 0.999 and grows to 1', () => {
    expect(rectification(0.999, 4)).toBeNull();
    expect(rectification(0.999, 5)).toBeCloseTo(0.01731, 5);
    expect(rectification(0.999, 100_000)).toBeCloseTo(1, 6);
  });

  it('never begins up to beta2 = 0.6', () => {
    expect(rectification(0.6, 1_000_000)).toBeNull();
    expect(rectification(0, 1)).toBeNull();
    expect(rectification(0.61, 1_000_000)).not.toBeNull();
  });
});

describe('what is said about it', () => {
  it('says when it never begins', () => {
    expect(scheduleFreeRadam.diagnose(inputOf(100, { beta2: 0.5 }))).toEqual([
      'beta2 = 0.5 averages too few squared gradients to normalise with, so nothing has moved in 100 steps. Try beta2 = 0.999.',
    ]);
    expect(scheduleFreeRadam.diagnose(inputOf(100, { beta2: 0.5, silentSgdPhase: false }))[0]).toContain(
      'every step was a plain gradient step',
    );
  });

  it('says when the run ended before it', () => {
    expect(scheduleFreeRadam.diagnose(inputOf(3, {}))).toEqual([
      'After 3 steps beta2 = 0.999 averages too few squared gradients to normalise with, so nothing has moved: the run was too short.',
    ]);
    expect(scheduleFreeRadam.diagnose(inputOf(3, {}, false))).toEqual([]);
  });

  it('says nothing when it has begun', () => {
    expect(scheduleFreeRadam.diagnose(inputOf(100, {}))).toEqual([]);
  });
});
