import { describe, expect, it } from 'vitest';
import { planBlocks, type RowBlock } from '../optimizer-runner.ts';
import type { HyperValues, StepProgram } from '../step-program.ts';
import { blockSource, raceSource } from './program-source.ts';
import { averagedProgram, dogProgram, polyakProgram } from './testing/fixtures.ts';
import { rowSpec } from './testing/races.ts';

function blockOf(program: StepProgram, hyper: HyperValues, rows = 1): RowBlock {
  const [block] = planBlocks(Array.from({ length: rows }, () => rowSpec(program, hyper, 2)));
  if (!block) throw new Error('no block');
  return block;
}
/** Of a row with many parameters. */
const SLICES = 640;
const polyakHyper = { lr: 0.3, lowerBound: 0.25, keepsNorms: true, every: 3 };

describe('the WGSL of a block', () => {
  it('numbers slots, scalars, hyperparameters and table columns in the order of their keys', () => {
    const source = blockSource(blockOf(polyakProgram, polyakHyper), SLICES);
    for (const line of [
      'const SLOT_norms = 0u;',
      'const SCALAR_tau = 0u;',
      'const SCALAR_recent = 1u;',
      'const HYPER_lr = 0u;',
      'const HYPER_lowerBound = 1u;',
      'const TABLE_damping = 0u;',
      'const OPTION_keepsNorms = true;',
      'const OPTION_every = 3u;',
    ]) {
      expect(source).toContain(`${line}\n`);
    }
  });

  it('gives the length of a list and counts what follows from its end', () => {
    const program = { ...averagedProgram, rowHyper: ['betas', 'lr'] };
    const source = blockSource(blockOf(program, { betas: [0.9, 0.99, 0.999], lr: 1 }), SLICES);
    expect(source).toContain('const HYPER_betas = 0u;\nconst HYPER_lr = 3u;\nconst COUNT_betas = 3u;\n');
  });

  it('does not depend on the number of rows or on row hyperparameters, but on options', () => {
    const one = blockSource(blockOf(polyakProgram, polyakHyper), SLICES);
    expect(blockSource(blockOf(polyakProgram, { ...polyakHyper, lr: 9 }, 5), SLICES)).toBe(one);
    expect(blockSource(blockOf(polyakProgram, { ...polyakHyper, every: 1 }), SLICES)).not.toBe(one);
  });

  it('has smaller workgroups for rows of few slices, of equal size for all with more', () => {
    const threads = (slices: number) =>
      Array.from(
        blockSource(blockOf(polyakProgram, polyakHyper), slices).matchAll(/^const (?:SLICE_THREADS|REDUCERS) = (.*);$/gm),
        ([, count]) => count,
      );
    expect(threads(8)).toEqual(['8u', '1u']);
    expect(threads(40)).toEqual(['64u', '1u']);
    expect(threads(72)).toEqual(['64u', '8u * COLUMNS']);
    expect(threads(72)).toEqual(threads(SLICES));
  });

  it('has no barrier where one thread reduces all columns', () => {
    const block = blockOf(polyakProgram, polyakHyper);
    for (const source of [(slices: number) => blockSource(block, slices), raceSource]) {
      expect(source(64)).not.toContain('Barrier()');
      expect(source(72)).toContain('workgroupBarrier()');
    }
  });

  it('says whether a hyperparameter that the text asks for is 0 in every row', () => {
    const program = { ...averagedProgram, fused: { ...averagedProgram.fused, wgsl: `${averagedProgram.fused.wgsl} // ZERO_lr` } };
    const isZero = (...rates: readonly number[]): string | undefined => {
      const [block] = planBlocks(rates.map((lr) => rowSpec(program, { lr }, 2)));
      return /const ZERO_lr = (\w+);/.exec(blockSource(block as RowBlock, SLICES))?.[1];
    };
    expect([isZero(0), isZero(0, 0), isZero(0, 0.1), isZero(0.1)]).toEqual(['true', 'true', 'false', 'false']);
    expect(blockSource(blockOf(averagedProgram, { lr: 0 }), SLICES)).not.toContain('ZERO_lr');
  });

  it('has the entry points that the program needs', () => {
    const entries = (program: StepProgram, hyper: HyperValues) =>
      Array.from(blockSource(blockOf(program, hyper), SLICES).matchAll(/^fn (\w+Entry)/gm), ([, name]) => name);
    expect(entries(dogProgram('run'), { lr: 1, repsRel: 1, eps: 1 })).toEqual(['gatherEntry', 'decideEntry', 'applyEntry']);
    expect(entries(averagedProgram, { lr: 1 })).toEqual(['decideEntry', 'applyEntry', 'evalEntry']);
  });
});

describe('a program that the fused kernels cannot run is refused by name', () => {
  const refuse = (program: StepProgram, hyper: HyperValues) => () => blockSource(blockOf(program, hyper), SLICES);
  it.each<[string, StepProgram, HyperValues, string]>([
    ['words as options', polyakProgram, { ...polyakHyper, every: 'third' }, 'polyak: block hyperparameter "every" is "third"'],
    ['fractions as options', polyakProgram, { ...polyakHyper, every: 1.5 }, 'polyak: block hyperparameter "every" is 1.5'],
    [
      'sums without gather',
      { ...averagedProgram, fused: { ...averagedProgram.fused, sums: 2 } },
      { lr: 1 },
      'averaged: a fused program has a gather',
    ],
    [
      'sums without decide',
      { ...averagedProgram, fused: { wgsl: '', sums: 1, gather: 'g', apply: 'a' } },
      { lr: 1 },
      'averaged: a fused program with sums needs a decide function',
    ],
    [
      'an evaluation point without its WGSL',
      { ...averagedProgram, fused: { wgsl: '', sums: 0, apply: 'averagedApply' } },
      { lr: 1 },
      'averaged: a fused program has an evalPoint function exactly when',
    ],
    ['lists per tensor', { ...polyakProgram, segments: 'tensor' }, polyakHyper, 'polyak: scalars per tensor cannot be lists'],
  ])('%s', (_name, program, hyper, message) => {
    expect(refuse(program, hyper)).toThrow(message);
  });
});

it('names every sample column for the race kernels', () => {
  for (const [name, column] of Object.entries({ loss: 0, rmsStep: 1, movedMax: 2, moved2: 3, columns: 4 })) {
    expect(raceSource(SLICES)).toContain(`const SAMPLE_${name === 'columns' ? 'COLUMNS' : name} = ${column}u;`);
  }
});
