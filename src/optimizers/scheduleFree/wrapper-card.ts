import { numberOf } from '../../kernels/step-program.ts';
import type { CardSymbol, OptimizerCard, PythonSnippet } from '../card.ts';
import { hyperSymbol, LSymbol } from '../card-parts.ts';
import { pythonCall } from '../python.ts';
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
  readonly base: OptimizerCard;
  readonly baseLabel: string;
  /** Units of L, and of this step's learning rate. */
  readonly LUnit: string;
  readonly rateUnit: string;
  /** LaTeX of this step's learning rate, e.g. L d. */
  readonly rate: string;
  /** Symbols that only `rate` has. */
  readonly symbols: readonly CardSymbol[];
  readonly idea: string;
  /** What optax does otherwise with this base. */
  readonly optaxWarnings: PythonSnippet['warnings'];
}

/** The card of Schedule-Free around a base: the base's snippets, wrapped. */
export function wrapperCard({ base, baseLabel, LUnit, rateUnit, rate, symbols, idea, optaxWarnings }: WrapperCardOptions): OptimizerCard {
  return {
    update: [
      "\\s{z}'_t = \\s{z}_t - \\s{L}\\, \\s{weightDecayAtY}\\, \\s{y}_t, \\qquad \\s{g}_t = \\nabla f_t(\\s{y}_t)",
      `\\s{z}_{t+1} = \\text{step of ${baseLabel} from } \\s{z}'_t \\text{ with } \\s{g}_t, \\qquad \\s{rate}_t = ${rate}`,
      ...averageLines('beta'),
    ],
    symbols: [
      gSymbolAtY,
      LSymbol(LUnit),
      { id: 'rate', tex: '\\gamma', meaning: "Learning rate of the base's step, as the weights see it.", unit: rateUnit },
      hyperSymbol('weightDecayAtY', '\\lambda', "Weight decay taken at y; the base's own acts at z.", 'no unit, per unit of L'),
      interpolationSymbol('sfMomentum'),
      ...symbols,
      ...averageSymbols(rateUnit),
    ],
    idea,
    torch: wrapped(base.torch, (snippet) => ({
      ...snippet,
      packages: [PACKAGE, ...snippet.packages],
      imports: ['import schedulefree', ...snippet.imports],
      construct: (hyper, lr) =>
        pythonCall('schedulefree.ScheduleFreeWrapperReference', [snippet.construct(hyper, lr)], {
          momentum: numberOf(hyper, 'sfMomentum'),
          weight_decay_at_y: numberOf(hyper, 'weightDecayAtY'),
          r: numberOf(hyper, 'r'),
          weight_lr_power: numberOf(hyper, 'weightLrPower'),
        }),
      ...torchModes,
    })),
    optax: wrapped(base.optax, (snippet) => ({
      ...snippet,
      construct: (hyper, lr) =>
        pythonCall('optax.contrib.schedule_free', [snippet.construct(hyper, lr)], {
          learning_rate: lr,
          b1: numberOf(hyper, 'sfMomentum'),
          weight_lr_power: numberOf(hyper, 'weightLrPower'),
        }),
      warnings: (hyper) => [
        ...noPlainAverage('sfMomentum', 'optax divides')(hyper),
        ...(numberOf(hyper, 'weightDecayAtY') === 0 ? [] : ['The wrapper of optax has no weight decay of its own.']),
        ...optaxAverageWarnings(hyper),
        ...optaxWarnings(hyper),
        ...snippet.warnings(hyper),
      ],
      evaluation: optaxEvaluation,
    })),
  };
}

function wrapped(base: OptimizerCard['torch'], wrap: (snippet: PythonSnippet) => PythonSnippet): OptimizerCard['torch'] {
  return 'missing' in base ? base : wrap(base);
}
