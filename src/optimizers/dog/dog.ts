/**
 * DoG: SGD whose step is the distance moved so far over the root of the sum of squared gradients; evaluated at an average of its points.
 *
 * State: G = eps; rbar = 0; the displacement p = x0 - x and its average pBar, both starting at 0; k = 0. L = lr x schedule.
 *   g <- g + weightDecay x;  G <- G + |g|^2
 *   rbar <- max(rbar, |x0 - x|), x before this step; on the first step repsRel (1 + |x0|), or 0 with initEta
 *   eta = L rbar / sqrt(G), or initEta itself on the first step;  x <- x - eta g
 *   w = (gamma + 1) / (gamma + k + 1);  pBar <- (1 - w) pBar + w (x0 - x);  evaluated at x0 - pBar, the average of all x so far
 * Norms are 2-norms over all parameters. L-DoG is the same for each tensor by itself.
 *
 * Paper: Ivgi, Hinder and Carmon, "DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule" (arXiv 2302.12022).
 * Implementation followed: formll/dog (dog-optimizer) 1.0.3: DoG, LDoG and PolynomialDecayAverager.
 * Deviations:
 * - Displacement and averaged displacement are buffers, instead of x0 and the averaged parameters: in float32 the difference of two nearby
 *   vectors has few digits, and an average of parameters stops taking in small changes.
 */
import { defineProgram, type HyperValues, numberOf } from '../../kernels/step-program.ts';
import type { OptimizerDefinition } from '../definition.ts';
import { diagnoseDog } from './diagnose.ts';
import wgsl from './dog.wgsl?raw';

/** The step over the whole run or, with one set of scalars per tensor, that of L-DoG. */
export function dogProgram(id: string, segments: 'run' | 'tensor') {
  return defineProgram({
    id,
    rowHyper: ['lr', 'repsRel', 'initEta', 'eps', 'weightDecay', 'gamma'],
    blockHyper: [],
    slots: { p: 'zero', pBar: 'zero' },
    scalars: { rbar: { init: () => 0 }, G: { init: (hyper) => numberOf(hyper, 'eps') }, eta: { init: () => 0 } },
    segments,
    table: dogTable,
    step({ x, g: gradient, L, hyper, table, slots, scalars, sum, spread }) {
      const g = gradient.add(x.mul(hyper.weightDecay));
      const isFirst = table.isFirst.greater(0);
      // |x0| on the first step, when p is zero anyway.
      const far = sum(x.where(isFirst, slots.p).square()).sqrt();
      const rbar = far.add(1).mul(table.reps).where(isFirst, scalars.rbar.maximum(far));
      const G = scalars.G.add(sum(g.square()));
      const eta = rbar.mul(L).div(G.sqrt()).add(table.eta0);
      const displacement = g.mul(spread(eta));
      const p = slots.p.add(displacement);
      const pBar = slots.pBar.add(p.sub(slots.pBar).mul(table.w));
      return { x: x.sub(displacement), slots: { p, pBar }, scalars: { rbar, G, eta } };
    },
    recompute: ({ x, x0 }) => ({ p: x0.sub(x) }),
    evalPoint: ({ x, slots }) => x.add(slots.p.sub(slots.pBar)),
    fused: { wgsl, sums: 2, gather: 'dogGather', decide: 'dogDecide', apply: 'dogApply', evalPoint: 'dogAverage' },
  });
}

/** What only the first step has, zero later; and the weight of step k + 1 in the average. */
function dogTable(hyper: HyperValues, k: number) {
  const gamma = numberOf(hyper, 'gamma');
  const initEta = numberOf(hyper, 'initEta');
  const isFirst = k === 0;
  return {
    isFirst: isFirst ? 1 : 0,
    // A given first eta leaves no initial distance.
    reps: isFirst && initEta === 0 ? numberOf(hyper, 'repsRel') : 0,
    eta0: isFirst ? initEta : 0,
    w: (gamma + 1) / (gamma + k + 1),
  };
}

export const dog: OptimizerDefinition = {
  id: 'dog',
  label: 'DoG',
  family: 'free',
  kin: 'dog',
  paper: {
    title: "DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule",
    authors: 'Ivgi, Hinder, Carmon',
    year: 2023,
    arxiv: '2302.12022',
    algorithm: 'DoG with polynomial-decay averaging',
    implementation: 'formll/dog (dog-optimizer) 1.0.3, DoG and PolynomialDecayAverager',
  },
  deviations: [
    'The displacement x0 - x and its average are buffers, instead of x0 and the averaged parameters: the same numbers, kept exact in float32.',
  ],
  hyper: {
    lr: {
      kind: 'number',
      label: 'Multiplier',
      value: 1,
      min: 1e-4,
      max: 100,
      scale: 'log',
      doc: 'Multiplies the step eta, no unit. The method is meant to run at 1; the schedule multiplies it.',
    },
    repsRel: {
      kind: 'number',
      label: 'reps_rel',
      value: 1e-6,
      min: 1e-12,
      max: 1,
      scale: 'log',
      doc: 'Initial rbar as a fraction of 1 + the 2-norm of the initial parameters (L-DoG: of each tensor), no unit. Better too small; rbar only grows.',
    },
    initEta: {
      kind: 'number',
      label: 'init_eta',
      value: 0,
      min: 0,
      max: 10,
      scale: 'linear',
      doc: 'The first eta, in place of reps_rel; parameter units per unit of gradient. Multiplier and schedule do not act on it. 0 is off.',
    },
    eps: {
      kind: 'number',
      label: 'eps',
      value: 1e-8,
      min: 1e-16,
      max: 1,
      scale: 'log',
      doc: 'What the sum of squared gradients starts from, in squared units of the gradient.',
    },
    weightDecay: {
      kind: 'number',
      label: 'Weight decay',
      value: 0,
      min: 0,
      max: 10,
      scale: 'linear',
      doc: 'Coupled: this fraction of the parameters is added to the gradient, also in the sum of squared gradients.',
    },
    gamma: {
      kind: 'number',
      label: 'gamma',
      value: 8,
      min: 0,
      max: 1000,
      scale: 'linear',
      doc: 'How much later points weigh in the average that is evaluated, no unit: step t about as t to the power gamma, all alike at 0.',
    },
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults',
      source: 'Constructor defaults of dog-optimizer 1.0.3 and of its PolynomialDecayAverager.',
      hyper: { lr: 1, repsRel: 1e-6, initEta: 0, eps: 1e-8, weightDecay: 0, gamma: 8 },
    },
    {
      id: 'batchNorm',
      label: 'With batch normalization',
      source: "The authors' README: reps_rel = 1e-4 for models with batch normalization.",
      hyper: { repsRel: 1e-4 },
    },
  ],
  traces: [
    {
      id: 'rbar',
      label: 'rbar',
      unit: 'parameter units',
      meaning:
        'The largest 2-norm distance from the start reached so far, used as if it were the distance to a solution. It never falls, and it only knows where the run has been.',
      chart: 'distance',
    },
    {
      id: 'eta',
      label: 'eta',
      unit: 'parameter units per unit of gradient',
      meaning: 'The step size of this step: multiplier x schedule x rbar over the root of the sum of squared gradients.',
      chart: 'state',
    },
    {
      id: 'G',
      label: 'G',
      unit: 'squared units of the gradient',
      meaning: 'Sum of the squared 2-norms of all gradients so far, and eps.',
      chart: 'state',
    },
  ],
  estimate: { kind: 'distance', trace: 'rbar', norm: '2-norm' },
  points: {
    gradient: 'x',
    evaluation: 'x̄ (average)',
    meaning: 'Gradients are taken at x; the average of all x so far, in which later ones weigh more, is evaluated and kept.',
  },
  nominal: {
    label: 'eta',
    unit: 'parameter units per unit of gradient',
    of: ({ rbar = Number.NaN, G = Number.NaN }, L) => (L * rbar) / Math.sqrt(G),
  },
  diagnose: diagnoseDog,
  program: dogProgram('dog', 'run'),
};
