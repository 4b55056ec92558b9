import type { WorkloadDefinition } from '../../workloads/definition.ts';
import { haltonPoints } from './halton.ts';

/** The two baselines that are tuned; both have these hyperparameters. */
export const TUNED_OPTIMIZERS = ['adamw', 'nadamw'] as const;
export type TunedOptimizer = (typeof TUNED_OPTIMIZERS)[number];

/** One point of the search. */
export interface TuningPoint {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
  /** Fraction of the horizon. */
  readonly warmup: number;
  readonly labelSmoothing: number;
  readonly dropout: number;
  /** Of workloads that have it. */
  readonly auxDropout?: number;
}

type Dimension =
  | { readonly kind: 'log'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly of: readonly number[] };

/** The broad space of the tuned baselines. Written into every result. */
export const SEARCH_SPACE = {
  lr: { kind: 'log', min: 1e-4, max: 1e-1 },
  oneMinusBeta1: { kind: 'log', min: 4e-3, max: 0.5 },
  oneMinusBeta2: { kind: 'log', min: 1e-3, max: 0.4 },
  weightDecay: { kind: 'log', min: 1e-4, max: 1 },
  warmup: { kind: 'choice', of: [0.02, 0.05, 0.1] },
  labelSmoothing: { kind: 'choice', of: [0, 0.1, 0.2] },
  dropout: { kind: 'choice', of: [0, 0.1] },
  auxDropout: { kind: 'choice', of: [0, 0.1] },
} as const satisfies Record<string, Dimension>;

/** Same points for both optimizers and all horizons of a workload, so that they compete on equal terms. */
export const SEARCH_SEED = 20_240_607;

function at(dimension: Dimension, u: number): number {
  if (dimension.kind === 'choice') return dimension.of[Math.floor(u * dimension.of.length)] as number;
  return dimension.min * (dimension.max / dimension.min) ** u;
}

/** Six significant digits: what a page shows and a link carries is what was run. */
const round = (value: number): number => Number(value.toPrecision(6));

/** The points of a study, in the order in which they are tried. Kinds of dropout that a model lacks are no dimensions. */
export function searchPoints(count: number, { regularization }: Pick<WorkloadDefinition, 'regularization'>): readonly TuningPoint[] {
  const { labelSmoothing: smooths, dropout: drops, auxDropout: dropsMore } = regularization;
  return haltonPoints(count, 6 + (drops ? 1 : 0) + (dropsMore ? 1 : 0), SEARCH_SEED).map((point) => {
    const [lr, beta1, beta2, weightDecay, warmup, labelSmoothing, ...dropouts] = point as readonly [
      ...[lr: number, beta1: number, beta2: number, weightDecay: number, warmup: number, labelSmoothing: number],
      ...number[],
    ];
    return {
      lr: round(at(SEARCH_SPACE.lr, lr)),
      beta1: round(1 - at(SEARCH_SPACE.oneMinusBeta1, beta1)),
      beta2: round(1 - at(SEARCH_SPACE.oneMinusBeta2, beta2)),
      weightDecay: round(at(SEARCH_SPACE.weightDecay, weightDecay)),
      warmup: at(SEARCH_SPACE.warmup, warmup),
      labelSmoothing: smooths ? at(SEARCH_SPACE.labelSmoothing, labelSmoothing) : 0,
      dropout: drops ? at(SEARCH_SPACE.dropout, dropouts[0] as number) : 0,
      ...(dropsMore ? { auxDropout: at(SEARCH_SPACE.auxDropout, dropouts.at(-1) as number) } : {}),
    };
  });
}
