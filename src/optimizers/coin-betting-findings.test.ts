import { describe, expect, it } from 'vitest';
import { planLayout } from '../kernels/layout.ts';
import { ReferenceRunner } from '../kernels/reference-runner.ts';
import { ckt } from './ckt/ckt.ts';
import { cocob } from './cocob/cocob.ts';
import { type DiagnosisInput, defaultHyper, type OptimizerDefinition } from './definition.ts';
import { kt } from './kt/kt.ts';

/** What the diagnosis of a method sees of a real run, whose gradient at step t is given. */
function inputOf(
  definition: OptimizerDefinition,
  steps: number,
  gradient: (t: number, x: Float64Array) => readonly number[],
  more: Partial<DiagnosisInput> = {},
): DiagnosisInput {
  const layout = planLayout([{ name: 'x', shape: [2] }], 1);
  const hyper = { ...defaultHyper(definition), ...more.hyper };
  const rows = [{ program: definition.program, hyper, mult: new Float64Array(steps).fill(1), horizonSteps: steps }];
  const runner = new ReferenceRunner({ layout, rows, x0: new Float64Array(2), totalSteps: steps });
  const series = new Map(Object.keys(definition.program.scalars).map((name) => [name, new Float32Array(steps)]));
  for (let t = 0; t < steps; t += 1) {
    runner.step(Float64Array.from(gradient(t, runner.params)), Float64Array.of(1));
    for (const [name, values] of series) values[t] = runner.scalar(0, name)[0] ?? Number.NaN;
  }
  return {
    steps: Array.from({ length: steps }, (_, step) => step),
    trace: (id) => series.get(id) ?? new Float32Array(steps),
    rmsStep: new Float32Array(steps),
    loss: new Float32Array(steps),
    mult: new Float32Array(steps).fill(1),
    warmupSteps: 0,
    isFinished: true,
    ...more,
    hyper,
  };
}

describe('what is said about bettors that assume gradients of at most 1', () => {
  it('says that the initial wealth was too small where the loss has hardly fallen', () => {
    const [idle, falling] = [new Float32Array(40).fill(2.3), Float32Array.from({ length: 40 }, (_, t) => 2.3 - 0.05 * t)];
    expect(ckt.diagnose(inputOf(ckt, 40, () => [-0.01, 0.01], { loss: idle }))).toEqual([
      'The loss has hardly fallen in 40 steps: the bets started too small, and the wealth has grown to 2.0e-4 only. Try w = 0.01.',
    ]);
    expect(kt.diagnose(inputOf(kt, 40, () => [-0.01, 0.01], { loss: idle, hyper: { w: 1 } }))[0]).toMatch(/Try w = 10\.$/);
    expect(kt.diagnose(inputOf(kt, 40, () => [-0.01, 0.01], { loss: idle, hyper: { w: 10 } }))).toEqual([]);
    expect(kt.diagnose(inputOf(kt, 40, () => [-0.01, 0.01], { loss: idle, isFinished: false }))).toEqual([]);
    expect(kt.diagnose(inputOf(kt, 40, () => [-0.01, 0.01], { loss: falling }))).toEqual([]);
  });

  it('says nothing inside the bound', () => {
    expect(kt.diagnose(inputOf(kt, 40, () => [-0.7, 0.7]))).toEqual([]);
    expect(ckt.diagnose(inputOf(ckt, 40, () => [-1, 1]))).toEqual([]);
  });

  it('says how far outside of it the run is, while the wealth lasts', () => {
    expect(kt.diagnose(inputOf(kt, 40, () => [3, 4]))).toEqual([
      'Outside of what KT assumes: gradients reached a norm of 5.00; it assumes a norm of at most 1, and may lose its whole wealth in one step otherwise. COCOB adapts to the size of gradients; here only a smaller loss or clipped gradients would help.',
    ]);
    expect(ckt.diagnose(inputOf(ckt, 40, () => [1, 1.5]))[0]).toMatch(
      /^Outside of what cKT assumes: the gradient of 1 coordinate was beyond 1; it assumes gradients between -1 and 1 in every coordinate/,
    );
    expect(ckt.diagnose(inputOf(ckt, 40, () => [-2, 1.5]))[0]).toMatch(/the gradient of up to 2 coordinates at once was beyond 1;/);
  });

  it('names the step at which the wealth was lost', () => {
    // Both double their wealth on a gradient of 2 until it turns back.
    const turning = (t: number) => (t < 5 ? [2, 0] : [-2, 0]);
    expect(kt.diagnose(inputOf(kt, 20, turning))[0]).toMatch(
      /^The wealth became negative at step 6: KT lost more than it had, because gradients reached a norm of 2\.00;/,
    );
    expect(ckt.diagnose(inputOf(ckt, 20, turning))[0]).toMatch(
      /^The wealth became negative at step 6: cKT lost more than it had, because the gradient of 1 coordinate was beyond 1;/,
    );
  });

  it('says nothing about a run that has not begun', () => {
    expect(kt.diagnose({ ...inputOf(kt, 1, () => [9, 9]), steps: [], trace: () => new Float32Array(0) })).toEqual([]);
  });
});

describe('what is said about COCOB', () => {
  it('says that alpha limited the bets of a short run, and what to try', () => {
    const cautious = { hyper: { alpha: 1000 } };
    expect(cocob.diagnose(inputOf(cocob, 30, () => [1, -1], cautious))).toEqual([
      'alpha kept bets small to the end: gradients add up to only 31.0 times the largest, and alpha is 1000. Try alpha = 16.',
    ]);
    expect(cocob.diagnose(inputOf(cocob, 30, () => [1, -1], { ...cautious, isFinished: false }))).toEqual([]);
    expect(cocob.diagnose(inputOf(cocob, 120, () => [1, -1], cautious))).toEqual([]);
  });

  it('says that no bet has won', () => {
    // Each gradient opposes the bet that the one before has called for.
    const opposed = (_t: number, x: Float64Array) => Array.from(x, (value) => (value > 0 ? 1 : -1));
    expect(cocob.diagnose(inputOf(cocob, 60, opposed))[0]).toMatch(/^No coordinate holds a reward after 60 steps/);
    expect(cocob.diagnose(inputOf(cocob, 40, opposed, { isFinished: false }))).toEqual([]);
  });

  it('says that there is nothing to bet on', () => {
    expect(cocob.diagnose(inputOf(cocob, 60, () => [0, 0]))).toEqual(['All gradients were zero in 60 steps: there is nothing to bet on.']);
    expect(cocob.diagnose(inputOf(cocob, 3, () => [0, 0]))).toEqual([]);
  });
});
