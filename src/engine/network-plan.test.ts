import { describe, expect, it } from 'vitest';
import { WASM_POLICY } from '../kernels/compiler/schedule/policies.ts';
import { planLayout } from '../kernels/layout.ts';
import type { LoadedData } from '../workloads/definition.ts';
import { digitsModel } from '../workloads/digits/model.ts';
import { planNetwork } from './network-plan.ts';

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
  const plan = (width: number, over: { readonly hasDropout?: boolean; readonly hasEvalPoint?: boolean } = {}) => {
    const model = digitsModel(64, width, 2, 10);
    const compiler = { policy: WASM_POLICY, alignment: 4 };
    const options = { model, layout: planLayout(model.parameters, 1), data, batch: 64, compiler, hasDropout: false, hasEvalPoint: false };
    return planNetwork({ ...options, ...over });
  };

  it('knows the memory of a network of any width without taking it', () => {
    // Two hidden layers of a million units for 64 rows of the batch, 4 bytes each.
    expect(plan(1_000_000).trainingBytes).toBeGreaterThanOrEqual(2 * 64 * 4e6);
    expect(plan(1_000_000).operations).toBeGreaterThan(3 * 64 * 1e12);
  });

  it('evaluates all validation rows exactly once, in slices of bounded memory', () => {
    for (const width of [8, 64, 20_000, 1_000_000]) {
      const { evaluations, evaluationBytes, trainingBytes } = plan(width);
      const rows = evaluations.flatMap(({ rows: count, starts }) =>
        starts.flatMap((start) => Array.from({ length: count }, (_, row) => start + row)),
      );
      expect(rows, `width ${width}`).toEqual(Array.from({ length: 397 }, (_, row) => row));
      expect(evaluationBytes).toBeLessThanOrEqual(Math.max(trainingBytes, 16 * MiB));
    }
    expect(plan(64).evaluations.length).toBe(1);
    expect(plan(20_000).evaluations.length).toBe(2);
  });

  it('does not depend on what other runs do, beyond dropout', () => {
    expect(plan(64)).toEqual(plan(64));
    const names = ({ training }: ReturnType<typeof plan>) =>
      training.buffers.flatMap(({ storage }) => (storage.kind === 'external' ? [storage.name] : []));
    expect(names(plan(64))).not.toContain('seed');
    expect(names(plan(64, { hasDropout: true }))).toContain('seed');
  });

  it('reads the parameters at the evaluation points where there are some', () => {
    const names = plan(64, { hasEvalPoint: true }).evaluations.flatMap(({ schedule }) =>
      schedule.buffers.flatMap(({ storage }) => (storage.kind === 'external' ? [storage.name] : [])),
    );
    expect(names).toContain('evalPoint');
    expect(names).not.toContain('params');
  });
});
