import { CONTENDERS, type ContenderId, PRODUCT } from './contenders.ts';
import { productShare } from './curves.ts';
import type { DispatchCount, Growth } from './report.ts';
import { type CaseResult, ratioOf, stepMsOf } from './results.ts';

/** A figure that was promised, and what was measured. */
export interface Bar {
  readonly figure: string;
  readonly on: string;
  readonly value: number;
  readonly unit: 'x' | '%' | 'ms' | '';
  readonly bar: number;
  /** Whether `value` must be at least or at most `bar`. */
  readonly sense: 'at least' | 'at most';
}

export const isReached = ({ value, bar, sense }: Bar): boolean => (sense === 'at least' ? value >= bar : value <= bar);

/** Promised ratio of a rival's time to ours on each network, for the numbers of runs named. */
interface RatioRule {
  readonly ours: ContenderId;
  readonly rival: ContenderId;
  readonly runs: readonly number[];
  readonly atLeast: (network: string) => number | null;
}

const RATIOS: readonly RatioRule[] = [
  { ours: 'compiled-webgpu', rival: 'jax-webgpu', runs: [1, 8], atLeast: () => 2.3 },
  { ours: 'compiled-wasm', rival: 'jax-wasm', runs: [1, 8, 32], atLeast: (network) => (network === 'mlpSmall' ? 4 : 2.5) },
  {
    ours: 'compiled-webgpu',
    rival: 'stock-webgpu',
    runs: [8],
    atLeast: (network) => (network === 'mlpSmall' ? 30 : network === 'mlpWide' ? 12 : null),
  },
  { ours: 'compiled-wasm', rival: 'stock-wasm', runs: [8], atLeast: () => 8 },
];

const MOST_HOST_MS = 0.1;
const LEAST_SHARE = 0.6;
const MOST_DISPATCHES: Readonly<Record<DispatchCount['optimizer'], number>> = { adamw: 10, prodigy: 12 };
const LEAST_ARENA_SAVING = 2;
const COMPILE_MS = {
  'compiled-webgpu': { mlp: 1000, largest: 5000 },
  'compiled-wasm': { mlp: 300, largest: 1000 },
} as const;

const nameOf = ({ on }: CaseResult): string => `${on.network.id}, R = ${on.runs}`;

function ratioBars(results: readonly CaseResult[]): readonly Bar[] {
  return RATIOS.flatMap(({ ours, rival, runs, atLeast }) =>
    results.flatMap((result): Bar[] => {
      const bar = atLeast(result.on.network.id);
      const value = ratioOf(result, ours, rival);
      if (bar === null || value === null || !runs.includes(result.on.runs)) return [];
      const figure = `${CONTENDERS[ours].label} against ${CONTENDERS[rival].label}`;
      return [{ figure, on: nameOf(result), value, unit: 'x', bar, sense: 'at least' }];
    }),
  );
}

/** Host time and compile time of the compiled steps. */
function ownBars(results: readonly CaseResult[]): readonly Bar[] {
  return results.flatMap((result) =>
    result.measured.flatMap(({ contender, hostMs, facts }): Bar[] => {
      if (contender !== 'compiled-webgpu' && contender !== 'compiled-wasm') return [];
      const { label } = CONTENDERS[contender];
      const limits = COMPILE_MS[contender];
      const compile: Bar[] =
        facts === null
          ? []
          : [
              {
                figure: `${label}: trace and compile`,
                on: nameOf(result),
                value: facts.traceMs + facts.compileMs,
                unit: 'ms',
                bar: result.on.network.sizes.kind === 'mlp' ? limits.mlp : limits.largest,
                sense: 'at most',
              },
            ];
      if (contender === 'compiled-wasm') return compile;
      return [
        ...compile,
        {
          figure: `${label}: host time per step`,
          on: nameOf(result),
          value: hostMs.median,
          unit: 'ms',
          bar: MOST_HOST_MS,
          sense: 'at most',
        },
      ];
    }),
  );
}

/** Share of the multiply-add rate of an MLP's bare hidden product that the whole step reaches, optimizer included. */
function shareBars(results: readonly CaseResult[]): readonly Bar[] {
  return results.flatMap((result): Bar[] => {
    const [stepMs, productMs] = [stepMsOf(result, 'compiled-webgpu'), stepMsOf(result, PRODUCT)];
    if (stepMs === null || productMs === null) return [];
    const figure = `${CONTENDERS['compiled-webgpu'].label}: share of the bare product's multiply-adds`;
    return [
      { figure, on: nameOf(result), value: productShare(result.on, stepMs, productMs), unit: '%', bar: LEAST_SHARE, sense: 'at least' },
    ];
  });
}

/** Dispatches of an MLP's step on the kernels that hardware gets; what the optimizers add to the network's own. */
function dispatchBars(dispatches: readonly DispatchCount[]): readonly Bar[] {
  return dispatches.map(({ optimizer, dispatches: value }) => ({
    figure: `dispatches per step with ${optimizer}, kernels for hardware`,
    on: 'mlpSmall',
    value,
    unit: '',
    bar: MOST_DISPATCHES[optimizer],
    sense: 'at most',
  }));
}

function memoryBars(results: readonly CaseResult[], growth: readonly Growth[]): readonly Bar[] {
  const grown = growth.map(
    ({ contender, network, runs, steps, bytesBefore, bytesAfter }): Bar => ({
      figure: `${CONTENDERS[contender].label}: memory after ${steps} steps against before`,
      on: `${network}, R = ${runs}`,
      value: bytesAfter / bytesBefore,
      unit: 'x',
      bar: 1,
      sense: 'at most',
    }),
  );
  const saved = results.flatMap((result) =>
    result.on.network.sizes.kind !== 'transformer' || result.on.runs !== 1
      ? []
      : result.measured.flatMap(({ contender, facts }): Bar[] =>
          facts === null
            ? []
            : [
                {
                  figure: `${CONTENDERS[contender].label}: arena without reuse against with`,
                  on: nameOf(result),
                  value: facts.arenaBytesWithoutReuse / facts.arenaBytes,
                  unit: 'x',
                  bar: LEAST_ARENA_SAVING,
                  sense: 'at least',
                },
              ],
        ),
  );
  return [...grown, ...saved];
}

/** What bars are judged from, beside the cases. */
export interface BarSources {
  readonly cases: readonly CaseResult[];
  readonly dispatches: readonly DispatchCount[];
  readonly growth: readonly Growth[];
}

/** All bars that can be judged from these results. */
export function barsOf({ cases, dispatches, growth }: BarSources): readonly Bar[] {
  return [...ratioBars(cases), ...shareBars(cases), ...ownBars(cases), ...dispatchBars(dispatches), ...memoryBars(cases, growth)];
}
