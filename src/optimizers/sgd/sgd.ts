/**
 * SGD with momentum: heavy ball, optionally dampened, or Nesterov.
 *
 *   g <- g + weightDecay x;  b <- g on the first step, later momentum b + (1 - dampening) g
 *   x <- x - L b, or x - L (g + momentum b) with Nesterov;  L = lr x schedule
 *
 * Paper: Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep learning" (ICML 2013).
 * Implementation followed: torch.optim.SGD of PyTorch 1.13.
 * Deviations:
 * - The flag `decouple` (off by default) takes weight decay out of the gradient and shrinks the parameters by L weightDecay instead.
 * - Nesterov is allowed together with dampening, which torch refuses.
 */
import { defineProgram, numberOf } from '../../kernels/step-program.ts';
import { NO_ESTIMATE } from '../baseline.ts';
import type { OptimizerDefinition } from '../definition.ts';
import wgsl from './sgd.wgsl?raw';

export const sgdProgram = defineProgram({
  id: 'sgd',
  rowHyper: ['lr', 'momentum', 'dampening', 'weightDecay'],
  blockHyper: ['nesterov', 'decouple'],
  slots: { b: 'zero' },
  scalars: {},
  segments: 'run',
  derived: (hyper) => ({ oneMinusDampening: 1 - numberOf(hyper, 'dampening') }),
  table: (_hyper, k) => ({ isFirst: k === 0 ? 1 : 0 }),
  step({ x, g: gradient, L, hyper, derived, table, slots, option }) {
    const g = option.decouple ? gradient : gradient.add(x.mul(hyper.weightDecay));
    const decayed = option.decouple ? x.sub(x.mul(L.mul(hyper.weightDecay))) : x;
    // torch keeps no buffer at momentum 0, so neither dampening nor Nesterov acts there.
    const hasBuffer = hyper.momentum.greater(0);
    const averaged = slots.b.mul(hyper.momentum).add(g.mul(derived.oneMinusDampening));
    const b = g.where(table.isFirst.greater(0), averaged).where(hasBuffer, slots.b);
    const direction = option.nesterov ? g.add(b.mul(hyper.momentum)) : b;
    const step = direction.where(hasBuffer, g);
    return { x: decayed.sub(step.mul(L)), slots: { b }, scalars: {} };
  },
  fused: { wgsl, sums: 0, apply: 'sgdApply', step: 'sgdStep' },
});

export const sgd: OptimizerDefinition = {
  id: 'sgd',
  label: 'SGD with momentum',
  family: 'baseline',
  kin: 'baseline',
  paper: {
    title: 'On the importance of initialization and momentum in deep learning',
    authors: 'Sutskever, Martens, Dahl, Hinton',
    year: 2013,
    arxiv: null,
    algorithm: 'Classical momentum and Nesterov momentum',
    implementation: 'torch.optim.SGD, PyTorch 1.13',
  },
  deviations: [
    'The flag "decouple" (off by default) applies weight decay to the parameters instead of the gradient.',
    'Nesterov may be combined with dampening, which torch refuses.',
  ],
  hyper: {
    lr: {
      kind: 'number',
      label: 'Learning rate',
      value: 0.1,
      min: 1e-7,
      max: 100,
      scale: 'log',
      doc: 'Peak learning rate, in parameter units per unit of gradient. The schedule multiplies it.',
    },
    momentum: {
      kind: 'number',
      label: 'Momentum',
      value: 0.9,
      min: 0,
      max: 0.9999,
      scale: 'log1m',
      doc: 'Decay of the accumulated direction, per step, no unit. 0 is plain SGD.',
    },
    dampening: {
      kind: 'number',
      label: 'Dampening',
      value: 0,
      min: 0,
      max: 1,
      scale: 'linear',
      doc: 'Fraction of each new gradient (after the first) that is kept out of the momentum buffer, no unit.',
    },
    weightDecay: {
      kind: 'number',
      label: 'Weight decay',
      value: 0,
      min: 0,
      max: 10,
      scale: 'linear',
      doc: 'Coupled: this fraction of the parameters is added to the gradient. Decoupled: learning rate x schedule x this fraction is taken off.',
    },
    nesterov: { kind: 'flag', label: 'Nesterov', value: false, doc: 'Step along the gradient plus momentum times the updated buffer.' },
    decouple: {
      kind: 'flag',
      label: 'Decoupled decay',
      value: false,
      doc: 'Apply weight decay to the parameters instead of the gradient.',
    },
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults (PyTorch, lr 0.1)',
      source: "torch's defaults with the customary momentum of 0.9; torch gives the learning rate no default, 0.1 is ours.",
      hyper: { lr: 0.1, momentum: 0.9, dampening: 0, weightDecay: 0, nesterov: false, decouple: false },
    },
  ],
  traces: [],
  estimate: NO_ESTIMATE,
  nominal: { label: 'Learning rate', unit: 'parameter units per unit of gradient', of: (_scalars, L) => L },
  diagnose: () => [],
  program: sgdProgram,
};
