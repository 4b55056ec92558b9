import { describe, expect, test } from 'vitest';
import { NETWORKS } from '../engine/testing/networks/specs.ts';
import { type BarSources, barsOf, isReached } from './bars.ts';
import { CONTENDERS, type ContenderId } from './contenders.ts';
import type { CaseResult, Measured } from './results.ts';
import type { TrainerFacts } from './trainer.ts';
import { barsTable } from './words.ts';

const FACTS: TrainerFacts = {
  traceMs: 20,
  compileMs: 90,
  plannedBytes: 1e6,
  arenaBytes: 1000,
  arenaBytesWithoutReuse: 1900,
};

/** A case with these medians; the compiled steps take 0.05 ms of the host. */
function caseOf(id: string, runs: number, times: Partial<Record<ContenderId, number>>): CaseResult {
  const network = NETWORKS.find((spec) => spec.id === id);
  if (network === undefined) throw new Error(`no network ${id}`);
  const measured = Object.entries(times).map(([contender, ms]): Measured => {
    const isCompiled = contender.startsWith('compiled');
    return {
      contender: contender as ContenderId,
      place: 'here',
      isIsolated: false,
      stepMs: { q1: ms, median: ms, q3: ms },
      hostMs: { q1: 0.05, median: 0.05, q3: 0.05 },
      openMs: 1,
      facts: isCompiled ? FACTS : null,
      use: { dispatches: 9, heldBytes: 1e6 },
      rounds: 7,
    };
  });
  return { on: { network, runs }, measured, unable: [] };
}

const nothing: BarSources = { cases: [], dispatches: [], growth: [] };
const judged = (sources: Partial<BarSources>) =>
  barsOf({ ...nothing, ...sources }).map((bar) => [bar.figure, bar.value, bar.bar, isReached(bar)]);
const against = (ours: ContenderId, rival: ContenderId): string => `${CONTENDERS[ours].label} against ${CONTENDERS[rival].label}`;

describe('bars', () => {
  test('compare the compiled steps with their rivals at the numbers of runs that were promised', () => {
    const times = { 'compiled-webgpu': 10, 'compiled-wasm': 1, 'jax-webgpu': 24, 'jax-wasm': 3, 'stock-webgpu': 299, 'stock-wasm': 8 };
    const ratios = (id: string, runs: number) =>
      judged({ cases: [caseOf(id, runs, times)] }).filter(([figure]) => `${figure}`.includes('against'));
    expect(ratios('mlpSmall', 8)).toEqual([
      [against('compiled-webgpu', 'jax-webgpu'), 2.4, 2.3, true],
      [against('compiled-wasm', 'jax-wasm'), 3, 4, false],
      [against('compiled-webgpu', 'stock-webgpu'), 29.9, 30, false],
      [against('compiled-wasm', 'stock-wasm'), 8, 8, true],
    ]);
    // One run is not held against TensorFlow.js, 32 are held against jax-js on WASM only, and other networks have other bars.
    expect(ratios('mlpSmall', 1).map(([, , bar]) => bar)).toEqual([2.3, 4]);
    expect(ratios('mlpSmall', 32).map(([, , bar]) => bar)).toEqual([4]);
    expect(ratios('mlpWide', 8).map(([, , bar]) => bar)).toEqual([2.3, 2.5, 12, 8]);
    expect(ratios('conv', 8).map(([, , bar]) => bar)).toEqual([2.3, 2.5, 8]);
  });

  test('judge host and compile time, of the WGSL steps and of both', () => {
    const bars = judged({ cases: [caseOf('conv', 1, { 'compiled-webgpu': 10, 'compiled-wasm': 1 })] });
    expect(bars).toEqual([
      [`${CONTENDERS['compiled-webgpu'].label}: trace and compile`, 110, 5000, true],
      [`${CONTENDERS['compiled-webgpu'].label}: host time per step`, 0.05, 0.1, true],
      [`${CONTENDERS['compiled-wasm'].label}: trace and compile`, 110, 1000, true],
    ]);
  });

  test('judge what the transformer saves by reuse, memory that grows, dispatches, and the share of a bare product', () => {
    const [saving] = judged({ cases: [caseOf('transformer', 1, { 'compiled-wasm': 1 })] }).slice(-1);
    expect(saving?.slice(1)).toEqual([1.9, 2, false]);
    const growth = [{ contender: 'compiled-wasm', network: 'mlpSmall', runs: 1, steps: 5000, bytesBefore: 100, bytesAfter: 101 }] as const;
    expect(judged({ growth })[0]?.slice(1)).toEqual([1.01, 1, false]);
    const dispatches = [
      { optimizer: 'adamw', dispatches: 10 },
      { optimizer: 'prodigy', dispatches: 13 },
    ] as const;
    expect(judged({ dispatches }).map(([, value, bar, is]) => [value, bar, is])).toEqual([
      [10, 10, true],
      [13, 12, false],
    ]);
    // 22400 multiply-adds per row in 10 ms, against the hidden product's 4096 in 1.5 ms.
    const [share] = judged({ cases: [caseOf('mlpSmall', 1, { 'compiled-webgpu': 10, 'product-webgpu': 1.5 })] });
    expect(share?.[1]).toBeCloseTo((22400 * 1.5) / 40960, 10);
  });

  test('are told in words', () => {
    const { rows } = barsTable(barsOf({ ...nothing, cases: [caseOf('mlpWide', 1, { 'compiled-wasm': 2, 'jax-wasm': 4.5 })] }));
    expect(rows[0]).toEqual([against('compiled-wasm', 'jax-wasm'), 'mlpWide, R = 1', '2.25x', 'at least 2.50x', 'MISSED']);
  });
});
