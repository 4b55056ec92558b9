import { describe, expect, it } from 'vitest';
import { planLayout } from '../../kernels/layout.ts';
import { ReferenceRunner } from '../../kernels/reference-runner.ts';
import { type DiagnosisInput, defaultHyper } from '../definition.ts';
import { prodigy } from './prodigy.ts';

function inputOf(d: readonly number[], { isFinished = true, d0 = 1e-6, dCoef = 1, N = [] as readonly number[] } = {}): DiagnosisInput {
  return {
    hyper: { ...defaultHyper(prodigy), d0, dCoef },
    steps: d.map((_, index) => index),
    trace: (id) => (id === 'd' ? Float32Array.from(d) : Float32Array.from(d, (_, index) => (id === 'N' ? (N[index] ?? 0) : 0))),
    rmsStep: new Float32Array(d.length),
    loss: new Float32Array(d.length),
    mult: new Float32Array(d.length).fill(1),
    warmupSteps: 0,
    isFinished,
  };
}

const constant = (value: number, count: number) => Array.from({ length: count }, () => value);

describe('what is said about d', () => {
  it('names d0 and the way out when d has not moved for long', () => {
    const [finding] = prodigy.diagnose(inputOf(constant(1e-6, 200), { isFinished: false }));
    expect(finding).toBe('d has not left d0 = 1e-6 in 200 steps: the estimate is still below d0. Try d0 = 1e-5, or a longer warmup.');
  });

  it('says that d0 was too large when d has not left a large one', () => {
    expect(prodigy.diagnose(inputOf(constant(10, 200), { d0: 10 }))).toEqual([
      'd has not left d0 = 10 in 200 steps: the estimate stays below d0 and d never falls, so d0 was too large. Try d0 = 1e-6.',
    ]);
  });

  it.each([1e-12, 1e-6, 1e-4, 2e-4, 0.5, 10])('suggests a d0 within its range for d0 = %d', (d0) => {
    const [finding = ''] = prodigy.diagnose(inputOf(constant(d0, 200), { d0 }));
    const suggested = Number(/Try d0 = ([\d.e-]+?)[.,]?(?: |$)/.exec(finding)?.[1]);
    const spec = prodigy.hyper.d0 as { readonly min: number; readonly max: number };
    expect(suggested).toBeGreaterThanOrEqual(spec.min);
    expect(suggested).toBeLessThanOrEqual(spec.max);
    expect(suggested).not.toBe(d0);
  });

  it('says nothing while it is too early to tell', () => {
    expect(prodigy.diagnose(inputOf(constant(1e-6, 49), { isFinished: false }))).toEqual([]);
    expect(prodigy.diagnose(inputOf([], { isFinished: false }))).toEqual([]);
    expect(prodigy.diagnose(inputOf([1e-6, 1e-4, 1e-3], { isFinished: false }))).toEqual([]);
  });

  it('says when d was still growing at the end', () => {
    const growing = Array.from({ length: 100 }, (_, t) => 1e-4 * 1.02 ** t);
    expect(prodigy.diagnose(inputOf(growing))[0]).toMatch(/^d was still growing at the end \(1\.22 times in the last tenth\)/);
  });

  it('says after how many steps d settled, however the run ended', () => {
    const settled = [...Array.from({ length: 41 }, (_, t) => 1e-6 * 1.4 ** t), ...constant(0.9, 100), ...constant(Number.NaN, 20)];
    expect(prodigy.diagnose(inputOf(settled))).toEqual(['d settled at 0.900 after 42 steps.']);
  });

  it('says since when the numerator has been negative where the loss has not fallen since, and what to try', () => {
    const grown = [...constant(1e-6, 20), ...constant(0.9, 100)];
    const N = [...constant(1, 40), ...constant(-1, 80)];
    const finding =
      'The numerator of the estimate has been negative since step 41, and the loss has not fallen since: gradients point back along the way gone, because d is too large. Try d coefficient = 0.5.';
    expect(prodigy.diagnose(inputOf(grown, { N, isFinished: false }))).toEqual([finding]);
    expect(prodigy.diagnose(inputOf(grown, { N, isFinished: false, dCoef: 0.01 }))[0]).toMatch(/d is too large\.$/);
    expect(prodigy.diagnose(inputOf(grown, { N: [...constant(1, 90), ...constant(-1, 30)], isFinished: false }))).toEqual([]);
    const falling = { ...inputOf(grown, { N, isFinished: false }), loss: Float32Array.from(grown, (_, t) => 2 - t / 100) };
    expect(prodigy.diagnose(falling)).toEqual([]);
  });

  it('finds the same in a real run: too small a budget for d0, then enough', () => {
    const layout = planLayout([{ name: 'x', shape: [4] }], 1);
    const diagnoseRun = (steps: number, d0: number) => {
      const hyper = { ...defaultHyper(prodigy), d0 };
      const spec = {
        layout,
        rows: [{ program: prodigy.program, hyper, mult: new Float64Array(steps).fill(1), horizonSteps: steps }],
        x0: new Float64Array(4),
        totalSteps: steps,
      };
      const runner = new ReferenceRunner(spec);
      const d: number[] = [];
      for (let t = 0; t < steps; t += 1) {
        runner.step(
          runner.params.map((value) => value - 1),
          Float64Array.of(1),
        );
        d.push(runner.scalar(0, 'd')[0] ?? Number.NaN);
      }
      return prodigy.diagnose({ ...inputOf(d), hyper });
    };
    expect(diagnoseRun(400, 1e-6)[0]).toMatch(/^d settled at/);
    expect(diagnoseRun(60, 5)[0]).toMatch(/^d has not left d0 = 5 in 60 steps/);
  });
});
