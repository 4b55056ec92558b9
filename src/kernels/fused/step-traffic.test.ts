import { describe, expect, it } from 'vitest';
import { defineProgram } from '../step-program.ts';
import { stepTraffic } from './step-traffic.ts';
import { averagedProgram, dogProgram, polyakProgram } from './testing/fixtures.ts';

const sorted = (program: Parameters<typeof stepTraffic>[0]) =>
  stepTraffic(program).passes.map(({ reads, writes }) => ({ reads: [...reads].sort(), writes: [...writes].sort() }));

describe('what a step must move', () => {
  it('is one pass without sums', () => {
    const row = { program: averagedProgram, hyper: { lr: 0.1 } };
    expect(sorted(row)).toEqual([{ reads: ['g', 'x', 'z'], writes: ['x', 'z'] }]);
    expect(stepTraffic(row)).toMatchObject({ vectors: 5, bytesPerParameter: 20 });
  });

  it('is another pass over what depends on a sum', () => {
    const row = { program: dogProgram('run'), hyper: { lr: 1, repsRel: 1, eps: 1 } };
    // The start is read for the distance and never written.
    expect(sorted(row)).toEqual([
      { reads: ['g', 'x', 'x0'], writes: [] },
      { reads: ['g', 'x'], writes: ['x'] },
    ]);
  });

  it('leaves out what hyperparameters and options switch off', () => {
    const row = (keepsNorms: boolean) => ({ program: polyakProgram, hyper: { lr: 1, lowerBound: 0, keepsNorms, every: 1 } });
    // Which steps are skipped is not known before the loss is, so the kept norms are written in the second pass only if they are kept.
    expect(stepTraffic(row(true)).vectors - stepTraffic(row(false)).vectors).toBe(2);
  });

  it('writes parameters when the sums are known, and then the slots whose old values they need', () => {
    const program = defineProgram({
      id: 'signed',
      rowHyper: ['lr'],
      blockHyper: [],
      slots: { m: 'zero', s: 'zero' },
      scalars: { norm: { init: () => 0 } },
      segments: 'run',
      step({ x, g, slots, sum }) {
        const u = slots.m.add(g).sign();
        const s = slots.s.add(u);
        return { x: x.sub(u), slots: { m: slots.m.mul(0.9).add(g), s }, scalars: { norm: sum(s.abs()) } };
      },
      fused: { wgsl: '', sums: 1, apply: 'none' },
    });
    expect(sorted({ program, hyper: { lr: 1 } })).toEqual([
      { reads: ['g', 'm', 's'], writes: ['s'] },
      { reads: ['g', 'm', 'x'], writes: ['m', 'x'] },
    ]);
  });

  it('reads what an earlier pass has written instead of computing it again', () => {
    const program = defineProgram({
      id: 'scaled',
      rowHyper: ['lr'],
      blockHyper: [],
      slots: { m: 'zero' },
      scalars: {},
      segments: 'run',
      step({ x, g, slots, sum }) {
        const m = slots.m.mul(0.9).add(g);
        return { x: x.sub(m.div(sum(m.square()).sqrt())), slots: { m }, scalars: {} };
      },
      fused: { wgsl: '', sums: 1, apply: 'none' },
    });
    expect(sorted({ program, hyper: { lr: 1 } })).toEqual([
      { reads: ['g', 'm'], writes: ['m'] },
      { reads: ['m', 'x'], writes: ['x'] },
    ]);
  });
});
