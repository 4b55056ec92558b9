import { describe, expect, it } from 'vitest';
import { type DiagnosisInput, defaultHyper } from '../definition.ts';
import { ldog } from '../ldog/ldog.ts';
import { dog } from './dog.ts';

interface Recorded {
  readonly isFinished?: boolean;
  readonly hyper?: Readonly<Record<string, number>>;
  readonly loss?: readonly number[];
}

function inputOf(rbar: readonly number[], { isFinished = true, hyper = {}, loss }: Recorded = {}): DiagnosisInput {
  return {
    hyper: { ...defaultHyper(dog), ...hyper },
    steps: rbar.map((_, index) => index),
    trace: (id) => (id === 'rbar' ? Float32Array.from(rbar) : new Float32Array(rbar.length)),
    rmsStep: new Float32Array(rbar.length),
    loss: Float32Array.from(loss ?? rbar.map(() => 1)),
    mult: new Float32Array(rbar.length).fill(1),
    warmupSteps: 0,
    isFinished,
  };
}

const constant = (value: number, count: number) => Array.from({ length: count }, () => value);

describe('what is said about rbar', () => {
  it('asks for a larger reps_rel when rbar does not leave a small start', () => {
    expect(dog.diagnose(inputOf(constant(5e-6, 50), { isFinished: false }))).toEqual([
      'rbar has not left its start at 5.0e-6 in 50 steps: steps are too short for rbar to grow from its start. Try reps_rel = 1e-4.',
    ]);
    expect(ldog.diagnose(inputOf(constant(5e-6, 50), { isFinished: false }))).toHaveLength(1);
  });

  it('asks for it too when a few hundred steps have changed little', () => {
    const slow = Array.from({ length: 200 }, (_, t) => 1e-6 * (1 + t / 100));
    expect(dog.diagnose(inputOf(slow, { isFinished: false }))).toEqual([
      'rbar has grown only 2.99 times in 200 steps: steps are too short for rbar to grow from its start. Try reps_rel = 1e-4.',
    ]);
    expect(dog.diagnose(inputOf(slow.slice(0, 199), { isFinished: false }))).toEqual([]);
  });

  it('asks for a smaller one when no step has led beyond a large start', () => {
    expect(dog.diagnose(inputOf(constant(0.5, 80), { isFinished: false, hyper: { repsRel: 0.05 } }))).toEqual([
      'rbar has not left its start at 0.500 in 80 steps: no step has led further, and rbar never falls, so reps_rel was too large. Try reps_rel = 1e-6.',
    ]);
  });

  it('says that a given first step along a zero gradient has ended the run before it began', () => {
    const input = inputOf(constant(0, 10), { isFinished: false, hyper: { initEta: 0.1 } });
    expect(dog.diagnose(input)).toEqual([
      'rbar is 0 after 10 steps: the first gradient was zero, so nothing moved, and eta grows only with rbar. Try init_eta = 0.',
    ]);
    expect(dog.diagnose(inputOf([0], { isFinished: false, hyper: { initEta: 0.1 } }))).toEqual([]);
  });

  it('takes the first measured distance for the start where the first step was given', () => {
    const rbar = [0, ...constant(0.1, 60)];
    expect(dog.diagnose(inputOf(rbar, { isFinished: false, hyper: { initEta: 0.1 } }))[0]).toMatch(/^rbar has not left its start at 0.100/);
  });

  it('says that the first steps were too long when the loss has risen', () => {
    const rbar = Array.from({ length: 100 }, (_, t) => 1e-5 * 1.2 ** t);
    const loss = Array.from({ length: 100 }, (_, t) => (t < 5 ? 2 : 30));
    expect(dog.diagnose(inputOf(rbar, { isFinished: false, loss }))).toEqual([
      'The loss ended at 15.0 times its first value: early steps were too long. Try reps_rel = 1e-8.',
    ]);
    expect(dog.diagnose(inputOf(rbar, { isFinished: false, loss, hyper: { initEta: 1 } }))[0]).toMatch(/Try init_eta = 0\.$/);
    expect(dog.diagnose(inputOf(rbar, { isFinished: false, loss, hyper: { repsRel: 1e-12 } }))[0]).not.toMatch(/Try/);
  });

  it.each([1e-12, 1e-6, 1e-3, 2e-3, 0.5, 1])('suggests a reps_rel within its range for %d', (repsRel) => {
    const [finding = ''] = dog.diagnose(inputOf(constant(1, 300), { hyper: { repsRel } }));
    const suggested = Number(/Try reps_rel = ([\d.e-]+?)\.?$/.exec(finding)?.[1]);
    const spec = dog.hyper.repsRel as { readonly min: number; readonly max: number };
    expect(suggested).toBeGreaterThanOrEqual(spec.min);
    expect(suggested).toBeLessThanOrEqual(spec.max);
    expect(suggested).not.toBe(repsRel);
  });

  it('says when growing took much of the run, and what shortens it', () => {
    const late = [...Array.from({ length: 60 }, (_, t) => 1e-6 * 1.3 ** t), ...constant(6, 60)];
    expect(dog.diagnose(inputOf(late))).toEqual([
      'rbar took 58 of 120 steps to grow from 1.0e-6 to half of its final 6.00, and until then steps are short. Try reps_rel = 1e-4.',
    ]);
    expect(dog.diagnose(inputOf(late, { hyper: { initEta: 1e-6 } }))).toEqual(['rbar settled at 6.00 after 61 steps.']);
    expect(dog.diagnose(inputOf([...late, ...constant(6, 60)]))).toEqual(['rbar settled at 6.00 after 61 steps.']);
  });

  it('says that a schedule of 0 wastes the first step', () => {
    const input = inputOf(constant(1, 10), { isFinished: false });
    expect(dog.diagnose({ ...input, mult: Float32Array.of(0, 1) })[0]).toMatch(/^The schedule is 0 at the first step/);
  });

  it('says whether rbar was still growing at the end, or when it settled', () => {
    const growing = Array.from({ length: 100 }, (_, t) => 1e-4 * 1.05 ** t);
    expect(dog.diagnose(inputOf(growing))[0]).toMatch(/^rbar was still growing at the end \(1.63 times in the last tenth\)/);
    const settled = [...Array.from({ length: 41 }, (_, t) => 1e-6 * 1.4 ** t), ...constant(0.9, 100), ...constant(Number.NaN, 20)];
    expect(dog.diagnose(inputOf(settled))).toEqual(['rbar settled at 0.900 after 42 steps.']);
    expect(dog.diagnose(inputOf(settled, { isFinished: false }))).toEqual([]);
    expect(dog.diagnose(inputOf([]))).toEqual([]);
  });
});
