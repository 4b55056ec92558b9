import { type HyperValues, numberOf } from '../../kernels/step-program.ts';
import type { CardSymbol, OptimizerCard } from '../card.ts';
import { hyperSymbol, LSymbol } from '../card-parts.ts';
import { floatOf, pythonCall } from '../python.ts';
import {
  averageLines,
  averageSymbols,
  gSymbolAtY,
  interpolationSymbol,
  noPlainAverage,
  optaxAverageWarnings,
  optaxEvaluation,
  PACKAGE,
  torchModes,
} from './card-parts.ts';

export interface WrapperCardOptions {
  readonly baseLabel: string;
  /** Unit of L. */
  readonly rateUnit: string;
  /** LaTeX of this step's learning rate, e.g. L d. */
  readonly rate: string;
  /** Symbols that only `rate` has. */
  readonly symbols: readonly CardSymbol[];
  readonly idea: string;
  /** The base as Python text; `packages` and `imports` besides those of the wrapper. */
  readonly torch: {
    readonly packages: readonly string[];
    readonly imports: readonly string[];
    construct(hyper: HyperValues, lr: string): string;
    warnings(hyper: HyperValues): readonly string[];
  };
  readonly optax: { construct(hyper: HyperValues, lr: string): string; warnings(hyper: HyperValues): readonly string[] };
}

/** The card of Schedule-Free around a base. */
export function wrapperCard({ baseLabel, rateUnit, rate, symbols, idea, torch, optax }: WrapperCardOptions): OptimizerCard {
  return {
    update: [
      "\\s{z}'_t = \\s{z}_t - \\s{L}\\, \\s{weightDecayAtY}\\, \\s{y}_t, \\qquad \\s{g}_t = \\nabla f_t(\\s{y}_t)",
      `\\s{z}_{t+1} = \\text{step of ${baseLabel} from } \\s{z}'_t \\text{ with } \\s{g}_t, \\qquad \\s{rate}_t = ${rate}`,
      ...averageLines('beta'),
    ],
    symbols: [
      gSymbolAtY,
      LSymbol(rateUnit),
      { id: 'rate', tex: '\\gamma', meaning: "Learning rate of the base's step, as the weights see it.", unit: 'as the largest so far' },
      hyperSymbol('weightDecayAtY', '\\lambda', "Weight decay taken at y; the base's own acts at z.", 'no unit, per unit of L'),
      interpolationSymbol('sfMomentum'),
      ...symbols,
      ...averageSymbols(rateUnit),
    ],
    idea,
    torch: {
      packages: [PACKAGE, ...torch.packages],
      imports: ['import schedulefree', ...torch.imports],
      construct: (hyper, lr) =>
        pythonCall('schedulefree.ScheduleFreeWrapperReference', [torch.construct(hyper, lr)], {
          momentum: floatOf(hyper, 'sfMomentum'),
          weight_decay_at_y: floatOf(hyper, 'weightDecayAtY'),
          r: floatOf(hyper, 'r'),
          weight_lr_power: floatOf(hyper, 'weightLrPower'),
        }),
      warnings: torch.warnings,
      ...torchModes,
    },
    optax: {
      packages: ['optax'],
      imports: [],
      construct: (hyper, lr) =>
        pythonCall('optax.contrib.schedule_free', [optax.construct(hyper, lr)], {
          learning_rate: lr,
          b1: floatOf(hyper, 'sfMomentum'),
          weight_lr_power: floatOf(hyper, 'weightLrPower'),
        }),
      warnings: (hyper) => [
        ...noPlainAverage('sfMomentum', 'optax divides')(hyper),
        ...(numberOf(hyper, 'weightDecayAtY') === 0 ? [] : ['The wrapper of optax has no weight decay of its own.']),
        ...optaxAverageWarnings(hyper),
        ...optax.warnings(hyper),
      ],
      evaluation: optaxEvaluation,
    },
  };
}
