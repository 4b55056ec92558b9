import { describe, expect, it } from 'vitest';
import { dogProgram, polyakProgram } from '../../fused/testing/fixtures.ts';
import { flatLayout, noiseRace, rowSpec } from '../../fused/testing/races.ts';
import type { RunnerSpec } from '../../optimizer-runner.ts';
import { CompiledOptimizer } from './compiled-optimizer.ts';
import { EXTERNALS } from './externals.ts';
import { evalSegments, planOptimizer, stepSegments } from './optimizer-plan.ts';
import { InterpretedProgram } from './testing/interpreted-program.ts';

const DOG = { lr: 0.7, repsRel: 0.1, eps: 1e-8 };
const POLYAK = { lr: 0.5, lowerBound: 0.25, keepsNorms: true, every: 3 };
const STEPS = 5;

/** Two methods in three blocks, and what a network would have written for them. */
function race(horizon = STEPS): RunnerSpec {
  const dog = rowSpec(dogProgram('run'), DOG, STEPS);
  const sameDog = { ...dog, hyper: { ...DOG, lr: 2 }, horizonSteps: horizon };
  return noiseRace(flatLayout(6), [dog, rowSpec(polyakProgram, POLYAK, STEPS), sameDog], STEPS);
}

function start(spec: RunnerSpec, capacity?: number) {
  const plan = planOptimizer(spec);
  const program = new InterpretedProgram(plan.parts, { step: stepSegments(plan) });
  const optimizer = new CompiledOptimizer(plan, program, capacity);
  const step = () => {
    optimizer.prepare();
    spec.rows.forEach((_, row) => {
      program.float32(EXTERNALS.grads, row).fill(row + 1);
      program.float32(EXTERNALS.objective, row)[0] = 3;
      program.float32(EXTERNALS.loss, row)[0] = 4;
    });
    program.call('step');
    optimizer.collect();
  };
  return { plan, program, optimizer, step };
}

describe('planOptimizer', () => {
  it('shares a part between blocks that differ in their rows only', () => {
    const plan = planOptimizer(race());
    expect(Object.keys(plan.parts)).toHaveLength(2);
    expect(stepSegments(plan, ['network'])).toEqual([
      { firstRun: 0, runs: 1, parts: ['network', 'dog-run 0'] },
      { firstRun: 1, runs: 1, parts: ['network', 'polyak 1'] },
      { firstRun: 2, runs: 1, parts: ['network', 'dog-run 0'] },
    ]);
  });

  it('separates blocks whose options differ', () => {
    const spec = race();
    const other = { ...(spec.rows[1] as RunnerSpec['rows'][number]), hyper: { ...POLYAK, every: 2 } };
    expect(Object.keys(planOptimizer({ ...spec, rows: [spec.rows[0], spec.rows[1], other] as RunnerSpec['rows'] }).parts)).toHaveLength(3);
  });

  it('evaluates at the parameters, without a part of its own, where no program has another point', () => {
    const plan = planOptimizer(race());
    expect(plan.hasEvalPoint).toBe(false);
    expect(evalSegments(plan, ['measure'])[0]).toEqual({ firstRun: 0, runs: 1, parts: ['measure'] });
  });
});

describe('CompiledOptimizer', () => {
  it('writes schedule and tables of each row, the tables at its own counter', () => {
    const spec = race();
    const { plan, program, optimizer, step } = start(spec);
    step();
    step();
    optimizer.restore({ ...optimizer.state(), rows: optimizer.state().rows.map((row, index) => ({ ...row, k: index === 1 ? 1 : 2 })) });
    optimizer.prepare();
    const mult = spec.rows.map((row) => row.mult[2] ?? 0) as [number, number, number];
    const inputs = plan.blocks.map(({ names, block }) => Array.from(program.float32(names.stepInputs, block.firstRow)));
    expect(inputs).toEqual([
      [mult[0] * 0.7, mult[0], 0],
      [mult[1] * 0.5, mult[1], 1 / 2],
      [mult[2] * 2, mult[2], 0],
    ]);
    expect(program.int32(EXTERNALS.step)[0]).toBe(2);
  });

  it('lets a row that has ended be left out of a step', () => {
    const spec = race(2);
    const [all, some] = [start(spec), start(spec)];
    const active = stepSegments(all.plan).slice(0, 2);
    const without = new InterpretedProgram(some.plan.parts, { step: stepSegments(some.plan), active });
    const optimizer = new CompiledOptimizer(some.plan, without);
    for (let t = 0; t < STEPS; t += 1) {
      all.step();
      optimizer.prepare();
      for (const row of [0, 1, 2]) {
        without.float32(EXTERNALS.grads, row).fill(row + 1);
        without.float32(EXTERNALS.objective, row)[0] = 3;
        without.float32(EXTERNALS.loss, row)[0] = 4;
      }
      without.call(optimizer.isActive(2) ? 'step' : 'active');
      optimizer.collect();
    }
    expect(optimizer.isActive(2)).toBe(false);
    expect(optimizer.state()).toEqual(all.optimizer.state());
    expect(optimizer.readSamples()).toEqual(all.optimizer.readSamples());
  });

  it('refuses a step while more samples wait than there is room for', () => {
    const { optimizer, step } = start(race(), 2);
    step();
    step();
    expect(step).toThrow('The samples of 2 steps wait to be read');
    expect(optimizer.readSamples()).toMatchObject({ firstStep: 0, count: 2 });
    step();
    expect(optimizer.readSamples()).toMatchObject({ firstStep: 2, count: 1 });
  });

  it('names a row that does not exist', () => {
    expect(() => start(race()).optimizer.isActive(3)).toThrow('There is no row 3: the batch has 3.');
  });
});
