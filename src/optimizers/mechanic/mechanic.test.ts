import { describe, expect, it } from 'vitest';
import { dogProgram } from '../../kernels/fused/testing/fixtures.ts';
import { adamw } from '../adamw/adamw.ts';
import { type DiagnosisInput, defaultHyper } from '../definition.ts';
import { mechanicAdamw } from '../mechanicAdamw/mechanicAdamw.ts';
import { nadamw } from '../nadamw/nadamw.ts';
import { prodigy } from '../prodigy/prodigy.ts';
import { mechanic, mechanicProgram } from './mechanic.ts';

describe('Mechanic around a base', () => {
  it.each([prodigy.program, dogProgram('run')])('refuses $id by name, which needs sums of its own', (base) => {
    expect(() => mechanicProgram('mechanicOther', base)).toThrow(new RegExp(`Mechanic cannot be put around "${base.id}"`));
  });

  it('takes any base without sums, with its form, slots and tables', () => {
    const definition = mechanic({ id: 'mechanicNadamw', label: 'Mechanic (NAdamW)', base: nadamw, baseDefaults: { lr: 1 } });
    expect(definition.program.rowHyper).toEqual([...nadamw.program.rowHyper, 'sInit', 'sDecay', 'betas', 'mechanicEps']);
    expect(Object.keys(definition.program.slots)).toEqual(['m', 'v', 'x0', 'D']);
    expect(definition.program.table?.(defaultHyper(definition), 3)).toEqual(nadamw.program.table?.(defaultHyper(nadamw), 3));
    expect(definition.program.fused.wgsl).toContain('return nadamwApply(e, x, g);');
  });

  it("shares s_init among the betas and keeps the base's derived constants", () => {
    const derived = mechanicAdamw.program.derived?.({ ...defaultHyper(mechanicAdamw), sInit: 0.3, betas: [0.9, 0.99, 0.999] });
    expect(derived).toEqual({ ...adamw.program.derived?.(defaultHyper(adamw)), sInitOverN: 0.3 / 3 });
  });

  it('names an empty list of betas', () => {
    expect(() => mechanicAdamw.program.scalars.s?.init({ ...defaultHyper(mechanicAdamw), betas: [] })).toThrow(
      'Hyperparameter "betas" must be a non-empty list of numbers, got [].',
    );
  });
});

function inputOf(s: readonly number[], isFinished = true, sInit = 1e-8, warmupSteps = 0): DiagnosisInput {
  return {
    hyper: { ...defaultHyper(mechanicAdamw), sInit },
    steps: s.map((_, index) => index),
    trace: (id) => (id === 'sSum' ? Float32Array.from(s) : new Float32Array(s.length)),
    rmsStep: new Float32Array(s.length),
    loss: new Float32Array(s.length),
    mult: new Float32Array(s.length).fill(1),
    warmupSteps,
    isFinished,
  };
}

const constant = (value: number, count: number) => Array.from({ length: count }, () => value);

describe('what is said about s', () => {
  it('says when s is down at s_init, and what to try', () => {
    expect(mechanicAdamw.diagnose(inputOf([9.8e-7, ...constant(1e-8, 99)], false))).toEqual([
      's is down at s_init = 1e-8 after 100 steps: the tuner has collected no reward. Try s_init = 1e-6.',
    ]);
  });

  it('suggests no s_init beyond its range', () => {
    expect(mechanicAdamw.diagnose(inputOf(constant(0.1, 100), false, 0.1))[0]).toMatch(/Try s_init = 1\.$/);
    expect(mechanicAdamw.diagnose(inputOf(constant(1, 100), false, 1))[0]).toMatch(/no reward\.$/);
  });

  it('says nothing about the drop of the first steps', () => {
    expect(mechanicAdamw.diagnose(inputOf([9.8e-7, ...constant(1e-8, 20)], false))).toEqual([]);
  });

  it('says when s was still growing at the end', () => {
    const growing = Array.from({ length: 100 }, (_, t) => 1e-5 * 1.05 ** t);
    expect(mechanicAdamw.diagnose(inputOf(growing))[0]).toMatch(/^s was still growing at the end \(1\.63 times/);
  });

  it('says after how many steps s settled', () => {
    const settled = [...Array.from({ length: 30 }, (_, t) => 1e-6 * 1.3 ** t), ...constant(0.02, 70)];
    expect(mechanicAdamw.diagnose(inputOf(settled))).toEqual(['s settled at 0.0200 after 31 steps.']);
  });

  it('says when s has fallen from its peak', () => {
    const fallen = [...Array.from({ length: 40 }, (_, t) => 1e-6 * 1.4 ** t), ...constant(0.02, 60)];
    expect(mechanicAdamw.diagnose(inputOf(fallen, false))).toEqual([
      's has fallen to 0.0200 from its peak of 0.500 at step 40: with that scale the path led too far, and the tuners lost their rewards.',
    ]);
  });

  it('says when warmup ended before s was found', () => {
    const late = [...constant(1e-6, 30), ...Array.from({ length: 20 }, (_, t) => 1e-6 * 2 ** t), ...constant(0.5, 50)];
    expect(mechanicAdamw.diagnose(inputOf(late, true, 1e-8, 20))).toEqual([
      'Warmup was too short for the tuner: s grew 5.00e5 times after its 20 steps. A longer warmup or a larger s_init would help.',
      's settled at 0.500 after 50 steps.',
    ]);
  });
});
