import { describe, expect, it } from 'vitest';
import type { DiagnosisInput } from './definition.ts';
import { D_NAMES, estimateFindings } from './estimate-findings.ts';

const constant = (value: number, count: number) => Array.from({ length: count }, () => value);

function inputOf(d: readonly number[], more: Partial<DiagnosisInput> = {}, dHat: readonly number[] = d): DiagnosisInput {
  const series: Readonly<Record<string, readonly number[]>> = { d, dHat };
  return {
    hyper: { d0: 1e-6 },
    steps: d.map((_, index) => index),
    trace: (id) => Float32Array.from(series[id] ?? []),
    rmsStep: new Float32Array(d.length),
    loss: new Float32Array(d.length),
    mult: new Float32Array(d.length).fill(1),
    warmupSteps: 0,
    isFinished: true,
    ...more,
  };
}

describe('what is said about an estimate of the distance', () => {
  it('says that the numerator is negative where d is stuck and the raw estimate is below zero', () => {
    expect(estimateFindings(inputOf(constant(1e-6, 80), {}, constant(-1e-7, 80)))).toEqual([
      'd has not left d0 = 1e-6 in 80 steps: the numerator of the estimate is negative, because successive gradients do not agree on a direction. Try d0 = 1e-5, or a longer warmup.',
    ]);
  });

  it('looks at no raw estimate where the method has none', () => {
    const { dHat: _, ...names } = D_NAMES;
    expect(estimateFindings(inputOf(constant(1e-6, 80), {}, constant(-1e-7, 80)), names)[0]).toMatch(/the estimate is still below d0\./);
  });

  it('says first that warmup was too short for an estimate that grows after it', () => {
    const late = [...constant(1e-6, 40), ...Array.from({ length: 20 }, (_, t) => 1e-6 * 2 ** t), ...constant(0.9, 140)];
    expect(estimateFindings(inputOf(late, { warmupSteps: 20 }))).toEqual([
      'Warmup was too short for the estimate: d grew 9.00e5 times after its 20 steps. A longer warmup or a larger d0 would help.',
      'd settled at 0.900 after 61 steps.',
    ]);
  });

  it('calls nothing settled that still moved at the end', () => {
    const restless = Array.from({ length: 200 }, (_, t) => (t % 2 === 0 ? 0.5 : 0.4));
    expect(estimateFindings(inputOf(restless))).toEqual(['d did not settle: it ended between 0.400 and 0.500.']);
  });

  it('does not blame a warmup that lasted until the estimate was found, or is still going on', () => {
    const early = [...Array.from({ length: 20 }, (_, t) => 1e-6 * 2 ** t), ...constant(0.9, 100)];
    expect(estimateFindings(inputOf(early, { warmupSteps: 30 }))).toEqual(['d settled at 0.900 after 21 steps.']);
    expect(estimateFindings(inputOf(early.slice(0, 15), { warmupSteps: 30, isFinished: false }))).toEqual([]);
  });

  it('says that a schedule of 0 wastes the first step', () => {
    const mult = new Float32Array(60).fill(1);
    mult[0] = 0;
    expect(estimateFindings(inputOf(constant(0.9, 60), { mult }))[1]).toMatch(/^The schedule is 0 at the first step/);
  });
});
