import { type HyperValues, numberOf } from '../../kernels/step-program.ts';
import type { CardSymbol, OptimizerCard, PythonSnippet } from '../card.ts';
import { coupledDecaySymbol, coupledGradientLine, coupledGSymbol, hyperSymbol, LSymbol, scalarSymbol, xSymbol } from '../card-parts.ts';
import { floatOf, pythonCall, pythonFloat } from '../python.ts';

const STEP_UNIT = 'parameter units per unit of gradient';

export const dogSymbols: readonly CardSymbol[] = [
  { ...xSymbol, meaning: 'Parameters, where gradients are taken.' },
  coupledGSymbol,
  coupledDecaySymbol,
  scalarSymbol('G', 'G', 'Sum of the squared 2-norms of all gradients so far.', 'squared units of the gradient'),
  hyperSymbol('eps', '\\epsilon', 'What that sum starts from.', 'squared units of the gradient'),
  scalarSymbol(
    'rbar',
    '\\bar r',
    'Largest 2-norm distance from the start so far, a stand-in for the distance to a solution.',
    'parameter units',
  ),
  hyperSymbol('repsRel', 'r_\\epsilon', 'reps_rel: what rbar starts from, relative to 1 + the 2-norm of the start.', 'no unit'),
  scalarSymbol('eta', '\\eta', 'Step size.', STEP_UNIT),
  hyperSymbol('initEta', '\\eta_{\\mathrm{init}}', 'init_eta: the first step size, where one is given; 0 is none.', STEP_UNIT),
  LSymbol('no unit'),
  { id: 'xbar', tex: '\\bar x', meaning: 'Average of all points, which is evaluated.', unit: 'parameter units' },
  hyperSymbol('gamma', '\\gamma', 'How much later points weigh in the average.', 'no unit'),
];

export const dogUpdate = [
  coupledGradientLine,
  '\\s{G}_k = \\s{eps} + \\sum_{i=0}^{k} \\lVert \\s{g}_i \\rVert^2',
  '\\s{rbar}_0 = \\s{repsRel}\\, (1 + \\lVert \\s{x}_0 \\rVert), \\qquad \\s{rbar}_k = \\max(\\s{rbar}_{k-1},\\ \\lVert \\s{x}_k - \\s{x}_0 \\rVert)',
  '\\s{eta}_k = \\s{L}_k\\, \\frac{\\s{rbar}_k}{\\sqrt{\\s{G}_k}}; \\qquad \\s{eta}_0 = \\s{initEta},\\ \\s{rbar}_0 = 0 \\ \\text{ where } \\s{initEta} > 0',
  '\\s{x}_{k+1} = \\s{x}_k - \\s{eta}_k\\, \\s{g}_k',
  '\\s{xbar}_{k+1} = \\s{xbar}_k + \\frac{\\s{gamma} + 1}{\\s{gamma} + k + 1}\\, (\\s{x}_{k+1} - \\s{xbar}_k)',
] as const;

/** The package's DoG or LDoG with its averager. */
export function dogTorch(name: 'DoG' | 'LDoG'): PythonSnippet {
  return {
    packages: ['dog-optimizer==1.0.3'],
    imports: [`from dog import ${name}, PolynomialDecayAverager`],
    construct(hyper, lr) {
      const initEta = givenEta(hyper);
      return pythonCall(name, ['model.parameters()'], {
        lr,
        ...(initEta === null ? { reps_rel: numberOf(hyper, 'repsRel') } : { init_eta: initEta }),
        eps: numberOf(hyper, 'eps'),
        weight_decay: numberOf(hyper, 'weightDecay'),
      });
    },
    warnings: () => [],
    setup: (hyper) => [`averager = PolynomialDecayAverager(model, gamma=${floatOf(hyper, 'gamma')})`],
    step: 'optimizer.step()\naverager.step()',
    evaluation: { before: ['evaluated = averager.averaged_model'], after: [] },
  };
}

function givenEta(hyper: HyperValues): number | null {
  const initEta = numberOf(hyper, 'initEta');
  return initEta > 0 ? initEta : null;
}

export const card: OptimizerCard = {
  update: dogUpdate,
  symbols: dogSymbols,
  idea: 'The best fixed step of SGD is the distance to a solution over the root of the sum of squared gradients. DoG puts the distance moved so far in place of the unknown one: it starts tiny, and grows as long as steps lead away from the start. As the step hardly decays by itself, an average of the points is evaluated.',
  torch: dogTorch('DoG'),
  optax: {
    packages: ['optax==0.2.8'],
    imports: ['import optax'],
    construct(hyper, lr) {
      const initEta = givenEta(hyper);
      return pythonCall('optax.contrib.dog', [], {
        learning_rate: lr,
        init_step: initEta === null ? `("heuristic", ${floatOf(hyper, 'repsRel')})` : `("learning_rate", ${pythonFloat(initEta)})`,
        eps: numberOf(hyper, 'eps'),
        weight_decay: numberOf(hyper, 'weightDecay'),
      });
    },
    warnings: (hyper) => [
      'optax.contrib.dog has no averaging: it leaves you at the last point, where Freestep evaluates the average of all points.',
      ...(givenEta(hyper) === null ? [] : ['In optax the learning rate and its schedule also scale the given first step.']),
    ],
  },
};
