import { describe, expect, it } from 'vitest';
import { averagedProgram, dogProgram, fragileProgram } from '../../kernels/fused/testing/fixtures.ts';
import { planLayout } from '../../kernels/layout.ts';
import type { RowSpec } from '../../kernels/optimizer-runner.ts';
import { ReferenceRunner } from '../../kernels/reference-runner.ts';
import { adamw } from '../adamw/adamw.ts';
import { defaultHyper } from '../definition.ts';
import { mechanicSgd } from '../mechanicSgd/mechanicSgd.ts';
import { prodigy } from '../prodigy/prodigy.ts';
import { scheduleFreeOverProdigy } from '../scheduleFreeOverProdigy/scheduleFreeOverProdigy.ts';
import { scheduleFreeOverSgd } from '../scheduleFreeOverSgd/scheduleFreeOverSgd.ts';
import { scheduleFreeSgd } from '../scheduleFreeSgd/scheduleFreeSgd.ts';
import { gradientsAt, startingPoints } from '../testing/gradients.ts';
import { scheduleFreeProgram } from './wrapper.ts';

const layout = planLayout([{ name: 'w', shape: [3, 4] }], 1);
const STEPS = 12;

function run({ program }: Pick<RowSpec, 'program'>, hyper: RowSpec['hyper']): ReferenceRunner {
  const rows = [{ program, hyper, mult: new Float64Array(STEPS).map((_, t) => Math.min(1, (t + 1) / 4)), horizonSteps: STEPS }];
  const runner = new ReferenceRunner({ layout, rows, x0: startingPoints(layout, 1, 5), totalSteps: STEPS });
  for (let t = 0; t < STEPS; t += 1) runner.step(gradientsAt('drift', layout, 1, 3, t), Float64Array.of(1));
  return runner;
}

describe('Schedule-Free around a base', () => {
  it.each([
    [scheduleFreeSgd.program, /"scheduleFreeSgd": it has an evaluation point of its own and names of the wrapper's \(r, weightLrPower, /],
    [mechanicSgd.program, /"mechanicSgd": it has a copy of the start and a buffer that follows the parameters/],
    [prodigy.program, /"prodigy": it has a buffer that follows the parameters\./],
    [dogProgram('tensor'), /"dog-tensor": it has scalars per tensor/],
    [averagedProgram, /"averaged"/],
    [fragileProgram, /"fragile": it has steps that do not exist\./],
  ])('refuses $id by name', (program, message) => {
    expect(() => scheduleFreeProgram('other', { program })).toThrow(message);
  });

  it('takes a base without sums or scalars', () => {
    const program = scheduleFreeProgram('scheduleFreeOverAdamw', adamw);
    expect(Object.keys(program.slots)).toEqual(['m', 'v', 'gap']);
    expect(program.fused).toMatchObject({ sums: 0, decide: 'scheduleFreeOverDecide' });
    expect(program.fused.wgsl).toContain('return z - adamwApply(e, z, g);');
  });

  it('takes the step of a base that names it, instead of a difference of two points', () => {
    expect(scheduleFreeOverSgd.program.fused.wgsl).toContain('return sgdStep(e, z, g);');
  });

  it('is Schedule-Free SGD around plain SGD', () => {
    const native = run(scheduleFreeSgd, { ...defaultHyper(scheduleFreeSgd), lr: 0.2, momentum: 0.8, r: 1, weightDecay: 0.1 });
    const wrapped = run(scheduleFreeOverSgd, { ...defaultHyper(scheduleFreeOverSgd), lr: 0.2, sfMomentum: 0.8, r: 1, weightDecayAtY: 0.1 });
    native.evalParams.forEach((value, i) => {
      expect(wrapped.evalParams[i]).toBeCloseTo(value, 12);
    });
    expect(native.evalParams).not.toEqual(native.params);
  });

  it('counts by 2 around Prodigy, as the package does', () => {
    const hyper = { ...defaultHyper(scheduleFreeOverProdigy), r: 1, beta1: 0.8 };
    const table = (k: number) => scheduleFreeOverProdigy.program.table?.(hyper, k);
    expect([0, 1, 2].map((k) => table(k)?.weight)).toEqual([2, 4, 6]);
    expect([0, 1, 2].map((k) => table(k)?.bc)).toEqual([0, 2, 4].map((k) => prodigy.program.table?.(hyper, k)?.bc));
  });
});
