import type { HyperValues } from '../kernels/step-program.ts';

/**
 * A symbol of a method's formulas. In `OptimizerCard.update` it is written `\\s{id}`, which stands for its `tex`; the page ties every
 * occurrence to the explanation and, where there is one, to the live value of a run.
 */
export interface CardSymbol {
  readonly id: string;
  /** LaTeX of the bare symbol, e.g. `d` or `\\beta_1`; indices such as `_{k+1}` are written behind `\\s{id}`. */
  readonly tex: string;
  /** What it is, one line. */
  readonly meaning: string;
  /** 'no unit' where it has none. */
  readonly unit: string;
  /**
   * Where a number for it comes from: a scalar of the program that has a trace (a list shows what its trace shows), a hyperparameter, the
   * step's L = lr x schedule, the schedule's multiplier alone, or the loss. Absent for vectors and intermediate results.
   */
  readonly value?:
    | { readonly kind: 'scalar'; readonly name: string }
    | { readonly kind: 'hyper'; readonly name: string }
    | { readonly kind: 'L' | 'multiplier' | 'loss' };
}

/** How a package for Python makes the same optimizer. */
export interface PythonSnippet {
  /** What pip installs, with the version whose numbers were compared, e.g. 'prodigyopt==1.1.2'. */
  readonly packages: readonly string[];
  /** Import lines besides those of the framework itself. */
  readonly imports: readonly string[];
  /**
   * The expression that makes the optimizer from complete hyperparameters. PyTorch: of `model.parameters()`. optax: a gradient
   * transformation; `lr` is the learning rate or multiplier to write where the package takes one: the text of the schedule
   * function's name, which contains the definition's lr, or a number where the schedule is constant.
   */
  construct(hyper: HyperValues, lr: string): string;
  /** Where this package's variant differs from what Freestep computes for these values; empty where it does not. */
  warnings(hyper: HyperValues): readonly string[];
  /** PyTorch: what replaces `optimizer.step()`, one statement per line; `loss` is in scope. optax: extra arguments of `update`, e.g. `value=loss`. */
  readonly step?: string;
  /** Lines after the optimizer was made and before the first step, e.g. for an averager. In scope: `model` and `optimizer`. */
  setup?(hyper: HyperValues): readonly string[];
  /**
   * Lines before evaluation and after it, for methods with two sets of weights, e.g. `optimizer.eval()`. In scope: `model`, `optimizer`
   * (PyTorch) or `params`, `state`, `optimizer` (optax). Where another model or other parameters are to be evaluated, they assign `evaluated`.
   */
  readonly evaluation?: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** The mathematics of a method for people to read, and the way out to other frameworks. One `<id>.card.ts` beside each definition. */
export interface OptimizerCard {
  /** Lines of the update in LaTeX, in the order they are computed; `\\s{id}` marks a symbol. */
  readonly update: readonly string[];
  readonly symbols: readonly CardSymbol[];
  /** The idea in two or three plain sentences. */
  readonly idea: string;
  /** Null with the reason where the package does not exist. */
  readonly torch: PythonSnippet | { readonly missing: string };
  readonly optax: PythonSnippet | { readonly missing: string };
}
