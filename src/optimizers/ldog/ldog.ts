/**
 * L-DoG: DoG for each tensor by itself, with a distance, a sum of squared gradients and a step of its own.
 * See ../dog/dog.ts for formulas, paper, implementation and deviations.
 */
import type { OptimizerDefinition } from '../definition.ts';
import { dog, dogProgram } from '../dog/dog.ts';

export const ldog: OptimizerDefinition = {
  ...dog,
  id: 'ldog',
  label: 'L-DoG',
  paper: {
    ...dog.paper,
    algorithm: 'L-DoG with polynomial-decay averaging',
    implementation: 'formll/dog (dog-optimizer) 1.0.3, LDoG and PolynomialDecayAverager',
  },
  presets: [
    ...dog.presets,
    {
      id: 'fineTuning',
      label: 'Large pre-trained weights',
      source: "The authors' README: reps_rel = 1e-8 kept L-DoG from diverging when fine-tuning T5.",
      hyper: { repsRel: 1e-8 },
    },
  ],
  traces: [
    {
      id: 'rbar',
      label: 'rbar',
      unit: 'parameter units',
      meaning:
        'Root of the sum of squares of the rbar of all tensors, each the largest 2-norm distance from the start that its tensor has reached. At least the distance the whole has moved; it never falls.',
      of: 'norm',
      chart: 'distance',
    },
    {
      id: 'eta',
      label: 'eta, mean',
      unit: 'parameter units per unit of gradient',
      meaning:
        'Mean over tensors of the step size of this step: multiplier x schedule x rbar over the root of the sum of squared gradients.',
      of: 'mean',
      chart: 'state',
    },
    {
      id: 'G',
      label: 'G',
      unit: 'squared units of the gradient',
      meaning: 'Sum over tensors of the squared 2-norms of all gradients so far, and eps for each.',
      chart: 'state',
    },
  ],
  nominal: {
    label: 'eta, mean over tensors',
    unit: 'parameter units per unit of gradient',
    of: ({ eta = Number.NaN }) => eta,
    followsSchedule: false,
  },
  program: dogProgram('ldog', 'tensor'),
};
