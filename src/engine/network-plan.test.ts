import { describe, expect, it } from 'vitest';
import { WASM_POLICY } from '../kernels/compiler/schedule/policies.ts';
import type { Schedule } from '../kernels/compiler/schedule.ts';
import { planLayout } from '../kernels/layout.ts';
import * as tf from '../kernels/tf.ts';
import type { LoadedData, Writer } from '../workloads/definition.ts';
import { digitsModel } from '../workloads/digits/model.ts';
import { planNetwork } from './network-plan.ts';
import { WRITING } from './step-graphs.ts';

const MiB = 1024 ** 2;

describe('network plan', () => {
  const data: LoadedData = {
    trainRows: 1400,
    validationRows: 397,
    arrays: {
      x: { values: new Float32Array(1797 * 64), rowShape: [64] },
      y: { values: new Float32Array(1797 * 10), rowShape: [10] },
    },
    attribution: { title: '', description: '', attribution: '', spdx: '', licenceUrl: '' },
  };
  interface Changes {
    readonly hasDropout?: boolean;
    readonly hasEvalPoint?: boolean;
    readonly batch?: number;
    readonly cacheBytes?: number;
    readonly calibrationRows?: number;
    readonly writer?: Writer;
  }
  const plan = (width: number, { cacheBytes, calibrationRows = 0, writer, ...over }: Changes = {}) => {
    const model = { ...digitsModel(64, width, 2, 10), calibrationRows, ...(writer === undefined ? {} : { writer }) };
    const compiler = { policy: WASM_POLICY, alignment: 4, ...(cacheBytes === undefined ? {} : { cacheBytes }) };
    const options = { model, layout: planLayout(model.parameters, 1), data, batch: 64, compiler, hasDropout: false, hasEvalPoint: false };
    return planNetwork({ ...options, ...over });
  };
  const evaluatedRows = ({ evaluations }: ReturnType<typeof plan>): readonly number[] =>
    evaluations.flatMap(({ rows: count, starts }) => starts.flatMap((start) => Array.from({ length: count }, (_, row) => start + row)));
  const everyRow = Array.from({ length: 397 }, (_, row) => row);

  it('knows the memory of a network of any width without taking it', () => {
    // Two hidden layers of a million units for 64 rows of the batch, 4 bytes each.
    expect(plan(1_000_000).trainingBytes).toBeGreaterThanOrEqual(2 * 64 * 4e6);
    expect(plan(1_000_000).operations).toBeGreaterThan(3 * 64 * 1e12);
  });

  it('evaluates all validation rows exactly once, in slices of bounded memory', () => {
    for (const width of [8, 64, 20_000, 1_000_000]) {
      const own = plan(width);
      expect(evaluatedRows(own), `width ${width}`).toEqual(everyRow);
      expect(own.evaluationBytes).toBeLessThanOrEqual(Math.max(own.trainingBytes, 16 * MiB));
    }
    expect(plan(64).evaluations.length).toBe(1);
    expect(plan(20_000).evaluations.length).toBe(2);
  });

  it('cuts evaluations into slices that stay near the processor, of a training batch at least, and never where rows come with others', () => {
    const cacheBytes = MiB / 8;
    const [few] = plan(256, { cacheBytes, batch: 8 }).evaluations;
    expect(few?.rows).toBeGreaterThan(8);
    expect(plan(256, { cacheBytes, batch: 8 }).evaluationBytes).toBeLessThan(1.2 * cacheBytes);
    for (const batch of [8, 128]) expect(evaluatedRows(plan(256, { cacheBytes, batch }))).toEqual(everyRow);
    expect(plan(256, { cacheBytes, batch: 128 }).evaluations[0]?.rows).toBe(128);
    expect(plan(256, { cacheBytes, batch: 128, calibrationRows: 16 }).evaluations[0]?.rows).toBe(397);
  });

  it('does not depend on what other runs do, beyond dropout', () => {
    expect(plan(64)).toEqual(plan(64));
    const names = ({ training }: ReturnType<typeof plan>) =>
      training.buffers.flatMap(({ storage }) => (storage.kind === 'external' ? [storage.name] : []));
    expect(names(plan(64))).not.toContain('seed');
    expect(names(plan(64, { hasDropout: true }))).toContain('seed');
  });

  it('plans what a network writes as one step, whose state is written over', () => {
    const writer: Writer = {
      rows: 2,
      steps: 5,
      start: (params, { tensors }) => [tf.zeros([1, 2, 3]), (tensors.x as tf.Tensor).matMul(params[0] as tf.Tensor)],
      next: (_, [written, sums], step) => [(written as tf.Tensor).add(step), (sums as tf.Tensor).mul(2)],
    };
    const own = plan(8, { writer });
    // 6 numbers, 2 x 8 sums and the number of the next step, in fours.
    expect(own.writing).toMatchObject({ steps: 5, size: 6, stateSize: 24 });
    expect(own.evaluationBytes).toBeGreaterThanOrEqual(plan(8).evaluationBytes + 4 * 24);
    const externals = own.writing?.next.buffers.flatMap(({ storage }) => (storage.kind === 'external' ? [storage.name] : []));
    expect(externals).toEqual([WRITING.state]);
  });

  it('reads the parameters at the evaluation points where there are some', () => {
    const writer: Writer = { rows: 1, steps: 1, start: ([W]) => [W as tf.Tensor], next: (_, state) => state };
    const { evaluations, writing } = plan(64, { hasEvalPoint: true, writer });
    const names = [...evaluations.map(({ schedule }) => schedule), writing?.start as Schedule].flatMap((schedule) =>
      schedule.buffers.flatMap(({ storage }) => (storage.kind === 'external' ? [storage.name] : [])),
    );
    expect(names).toContain('evalPoint');
    expect(names).not.toContain('params');
  });
});
