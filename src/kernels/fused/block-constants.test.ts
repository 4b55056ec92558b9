import { expect, it } from 'vitest';
import { planBlocks } from '../optimizer-runner.ts';
import { defineProgram } from '../step-program.ts';
import { blockConstants } from './block-constants.ts';
import { planSpans } from './spans.ts';
import { flatLayout } from './testing/races.ts';

const program = defineProgram({
  id: 'listed',
  rowHyper: ['lr', 'betas', 'limit'],
  blockHyper: [],
  slots: {},
  scalars: {},
  segments: 'run',
  derived: (hyper) => ({ oneMinusLr: 1 - Number(hyper.lr) }),
  table: (hyper, k) => ({ power: Number(hyper.lr) ** (k + 1), k }),
  step: ({ x }) => ({ x, slots: {}, scalars: {} }),
  fused: { wgsl: '', sums: 0, apply: 'none' },
});

it('lays out every section row by row, computed in float64 and rounded once', () => {
  const layout = flatLayout(300, 5);
  const hyper = [0.999, 0.5].map((lr) => ({ lr, betas: [lr / 2, lr / 4], limit: Number.POSITIVE_INFINITY }));
  const mult = Float64Array.of(1, 0.25);
  const [block] = planBlocks(hyper.map((values) => ({ program, hyper: values, mult, horizonSteps: 2 })));
  if (!block) throw new Error('no block');
  const { words, offsets } = blockConstants(block, layout, planSpans(layout), 2);
  const floats = new Float32Array(words.buffer);
  const floatsAt = (at: number, count: number) => Array.from(floats.subarray(at, at + count));
  const rounded = (values: readonly number[]) => values.map(Math.fround);
  // Infinity becomes the largest float32: shaders may be compiled as if there were none.
  const most = 3.4028234663852886e38;
  expect(floatsAt(offsets.hyperAt, 8)).toEqual(rounded([0.999, 0.4995, 0.24975, most, 0.5, 0.25, 0.125, most]));
  // The subtraction happens in float64: from the rounded 0.999 it would be off in the fifth digit.
  expect(floatsAt(offsets.derivedAt, 2)).toEqual(rounded([1 - 0.999, 0.5]));
  expect(floatsAt(offsets.learningRateAt, 4)).toEqual(rounded([0.999, 0.999 / 4, 0.5, 0.125]));
  expect(floatsAt(offsets.multAt, 4)).toEqual([1, 0.25, 1, 0.25]);
  expect(floatsAt(offsets.tableAt, 8)).toEqual(rounded([0.999, 0, 0.999 ** 2, 1, 0.5, 0, 0.25, 1]));
  // 300 elements take two groups of 256, 5 take one; a small row has one group per span.
  const spanWords = Array.from(words.subarray(offsets.spanAt, offsets.spanAt + 15));
  expect(spanWords).toEqual([0, 0, 1, 0, 300, 0, 1, 1, 256, 300, 1, 2, 1, 0, 5]);
  expect(Array.from(words.subarray(offsets.tensorAt, offsets.tensorAt + 4))).toEqual([0, 2, 2, 1]);
  expect(words).toHaveLength(8 + 2 + 4 + 4 + 8 + 15 + 4);
});
