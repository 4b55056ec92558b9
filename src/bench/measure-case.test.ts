import { describe, expect, test } from 'vitest';
import { mlpSpec } from '../engine/testing/networks/specs.ts';
import { measureCase, type OpenedTrainer, type OpenRemote } from './measure-case.ts';

const on = { network: mlpSpec(8, 4), runs: 2 };

/** A contender that takes `stepMs` per step and trains to `losses`; every sample is written to `order`. */
const trainer = (name: string, stepMs: number, losses: readonly number[], order: string[]): OpenedTrainer => ({
  place: name,
  facts: null,
  openMs: 1,
  losses: async () => ({ losses, use: { dispatches: 0, heldBytes: 0 } }),
  sample: async () => {
    order.push(name);
    return { steps: 1, stepMs, hostMs: 0 };
  },
  advance: async () => 0,
  close: async () => {},
});

const plan = { contenders: ['eager-webgpu', 'jax-wasm'], isolation: [false, true], rounds: 2 } as const;

describe('measuring a case', () => {
  test('goes round all contenders in turn and keeps the better of the two kinds of page', async () => {
    const order: string[] = [];
    const open: OpenRemote = async (contender, _, isIsolated) =>
      contender === 'eager-webgpu'
        ? trainer('ours', 3, [1, 2], order)
        : isIsolated
          ? trainer('threads', 5, [1, 2], order)
          : trainer('one thread', 4, [1, 2], order);
    const { measured, unable } = await measureCase(open, on, plan, () => {});
    // One round to choose the number of steps, then two.
    expect(order).toEqual(Array(3).fill(['ours', 'one thread', 'threads']).flat());
    expect(unable).toEqual([]);
    expect(
      measured.map(({ contender, place, isIsolated, stepMs, rounds }) => [contender, place, isIsolated, stepMs.median, rounds]),
    ).toEqual([
      ['eager-webgpu', 'ours', false, 3, 2],
      ['jax-wasm', 'one thread', false, 4, 2],
    ]);
  });

  test('a contender that cannot start is listed with its reason', async () => {
    const open: OpenRemote = async (contender) => {
      if (contender === 'jax-wasm') throw new Error('no rule for pooling\n  at somewhere');
      return trainer('ours', 3, [1, 2], []);
    };
    const { measured, unable } = await measureCase(open, on, plan, () => {});
    expect(measured).toHaveLength(1);
    expect(unable).toEqual([
      { contender: 'jax-wasm', isIsolated: false, reason: 'no rule for pooling' },
      { contender: 'jax-wasm', isIsolated: true, reason: 'no rule for pooling' },
    ]);
  });

  test('a bare product has no loss to compare', async () => {
    const open: OpenRemote = async (contender) => trainer(contender, 1, contender === 'product-webgpu' ? [] : [1, 2], []);
    const contenders = ['product-webgpu', 'eager-webgpu'] as const;
    const { measured } = await measureCase(open, on, { ...plan, contenders }, () => {});
    expect(measured.map(({ contender }) => contender)).toEqual(contenders);
  });

  test.each([
    ['another loss', [1, 2.01], 'run 1 of jax-wasm has loss 2.01'],
    ['no number', [1, Number.NaN], 'run 1 of jax-wasm has loss NaN'],
    ['too few runs', [1], 'jax-wasm reports 1 losses of 2 runs'],
  ])('a contender that trains to %s stops the measurement', async (_, losses, message) => {
    const open: OpenRemote = async (contender) => trainer(contender, 1, contender === 'jax-wasm' ? losses : [1, 2], []);
    await expect(measureCase(open, on, plan, () => {})).rejects.toThrow(message);
  });
});
