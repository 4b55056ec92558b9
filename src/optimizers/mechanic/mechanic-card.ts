import { type HyperValues, listOf, numberOf } from '../../kernels/step-program.ts';
import type { CardSymbol, OptimizerCard, PythonSnippet } from '../card.ts';
import { gSymbol, hyperSymbol, LSymbol, scalarSymbol, type TorchCall, xSymbol } from '../card-parts.ts';
import { floatListOf, pythonCall } from '../python.ts';

/** The card of a base optimizer, its class in PyTorch, and its name in formulas. */
export interface MechanicBase {
  readonly name: string;
  readonly card: OptimizerCard;
  readonly torchCall: TorchCall;
  /** Unit of the base's own learning rate. */
  readonly unit: string;
}

const symbols = (unit: string): readonly CardSymbol[] => [
  xSymbol,
  { ...gSymbol, meaning: 'Gradient of the loss at x, without any weight decay.' },
  LSymbol(unit),
  { id: 'y', tex: 'y', meaning: 'Where the base optimizer alone would go from x.', unit: 'parameter units' },
  { id: 'D', tex: '\\Delta', meaning: 'Sum of all steps that the base has proposed.', unit: 'parameter units' },
  scalarSymbol('sSum', 's', 'Sum of the learned scales of all tuners.', 'no unit'),
  scalarSymbol('h', 'h', 'What a larger scale would have done to the loss, to first order.', 'loss units'),
  { id: 's', tex: 's_i', meaning: 'Scale learned by a tuner.', unit: 'no unit' },
  scalarSymbol('r', 'r_i', 'Reward of a tuner; the value is the sum.', 'loss units'),
  { id: 'm', tex: 'm_i', meaning: 'Decayed maximum of |h| of a tuner; starts at 1e-6.', unit: 'loss units' },
  { id: 'v', tex: 'v_i', meaning: 'Decayed sum of squares of h of a tuner.', unit: 'squared loss units' },
  { id: 'beta', tex: '\\beta_i', meaning: 'Decay of a tuner: one tuner for each of the betas.', unit: 'no unit, per step' },
  hyperSymbol('sInit', 's_{\\mathrm{init}}', 'Initial scale, shared among the n tuners.', 'no unit'),
  hyperSymbol('sDecay', '\\lambda', 'Pull of the scale towards zero.', 'no unit'),
  hyperSymbol('mechanicEps', '\\epsilon', 'Keeps divisions from being by zero.', 'loss units'),
];

const update = (name: string): readonly string[] => [
  `\\s{y}_k = \\operatorname{${name}}(\\s{x}_k,\\ \\s{g}_k;\\ \\s{L}_k)`,
  '\\s{h}_k = \\left\\langle \\s{D}_k,\\ \\s{g}_k + \\s{sDecay}\\, \\s{sSum}_k\\, \\frac{\\lVert \\s{g}_k \\rVert}{\\lVert \\s{y}_k \\rVert + \\s{mechanicEps}}\\, \\s{y}_k \\right\\rangle',
  '\\s{D}_{k+1} = \\s{D}_k + \\s{y}_k - \\s{x}_k, \\qquad \\text{without store\\_delta: } \\s{D}_k \\text{ first shrinks by } \\frac{\\s{sSum}_k}{\\s{sSum}_k + \\s{mechanicEps}}',
  '\\text{for each } i: \\quad \\s{m} \\leftarrow \\max(\\s{beta}\\, \\s{m},\\ |\\s{h}_k|), \\qquad \\s{v} \\leftarrow \\s{beta}^2\\, \\s{v} + \\s{h}_k^2, \\qquad \\s{r} \\leftarrow \\max(0,\\ \\s{beta}\\, \\s{r} - \\s{s}\\, \\s{h}_k)',
  '\\s{s} \\leftarrow \\frac{\\s{m}\\, \\s{sInit} / n + \\s{r}}{\\sqrt{\\s{v}} + \\s{mechanicEps}}, \\qquad \\s{sSum}_{k+1} = \\sum_i \\s{s}',
  '\\s{x}_{k+1} = \\s{x}_0 + \\max(0,\\ \\s{sSum}_{k+1})\\, \\s{D}_{k+1}',
];

/** Whether the betas are those that optax makes from their number, 1 - 10^-i. */
function hasUsualBetas(hyper: HyperValues): boolean {
  // Written as 0.9, 0.99, ... on one side and computed on the other.
  return listOf(hyper, 'betas').every((beta, index) => Math.abs(beta - (1 - 0.1 ** (index + 1))) < 1e-12);
}

function mechanicTorch({ card, torchCall }: MechanicBase): PythonSnippet | { readonly missing: string } {
  const base = card.torch;
  if ('missing' in base) return base;
  return {
    packages: [...base.packages, 'mechanic-pytorch==0.0.1'],
    imports: [...base.imports, 'from mechanic_pytorch import mechanize'],
    construct(hyper, lr) {
      const Mechanized = pythonCall('mechanize', [torchCall.name], {
        s_decay: numberOf(hyper, 'sDecay'),
        betas: floatListOf(hyper, 'betas'),
        s_init: numberOf(hyper, 'sInit'),
        eps: numberOf(hyper, 'mechanicEps'),
        store_delta: hyper.storeDelta === true,
      });
      return pythonCall(Mechanized, ['model.parameters()'], torchCall.arguments(hyper, lr));
    },
    warnings: (hyper) => [
      ...(hyper.storeDelta === true
        ? []
        : ['In float32 the package loses digits of x - x0 while s is tiny; Freestep keeps the sum itself.']),
      ...base.warnings(hyper),
    ],
  };
}

function mechanicOptax({ card }: MechanicBase): PythonSnippet | { readonly missing: string } {
  const base = card.optax;
  if ('missing' in base) return base;
  return {
    packages: base.packages,
    imports: base.imports,
    construct: (hyper, lr) =>
      pythonCall('optax.contrib.mechanize', [base.construct(hyper, lr)], {
        weight_decay: numberOf(hyper, 'sDecay'),
        eps: numberOf(hyper, 'mechanicEps'),
        s_init: numberOf(hyper, 'sInit'),
        num_betas: String(listOf(hyper, 'betas').length),
      }),
    warnings: (hyper) => [
      'optax starts every scale at s_init and every m at 0, clips h to the m before, lets rewards become negative and takes x for y in the decay.',
      ...(hasUsualBetas(hyper) ? [] : ['optax takes the number of betas only, which are then 0.9, 0.99, 0.999, ...']),
      ...(hyper.storeDelta === true ? ['optax has no store_delta: it computes the sum of base updates from x - x0.'] : []),
      ...base.warnings(hyper),
    ],
  };
}

/** The card of Mechanic around a base. */
export function mechanicCard(base: MechanicBase): OptimizerCard {
  return {
    update: update(base.name),
    symbols: symbols(base.unit),
    idea: `${base.name} runs with a learning rate of 1 and says where it would go; Mechanic learns by how much its whole path so far should be scaled. Each tuner bets on its scale and is paid when gradients along the path say that a larger one would have been better, each with a memory of its own; their scales are added up.`,
    torch: mechanicTorch(base),
    optax: mechanicOptax(base),
  };
}
