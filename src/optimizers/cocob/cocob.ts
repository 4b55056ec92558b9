/**
 * COCOB-Backprop: every coordinate bets part of what it has won on its own displacement, with bets that adapt to the size of its gradients.
 *
 * State per coordinate: L = eps (largest |g|), G = 0 (sum of |g|), R = 0 (reward), theta = 0 (sum of -g). q is the schedule's multiplier.
 *   g <- q (g + weightDecay x);  p = x - x0
 *   L <- max(L, |g|);  G <- G + |g|;  R <- max(0, R - g p);  theta <- theta - g
 *   x <- x0 + theta / max(G + L, alpha L) (R + L) / L
 *
 * Paper: Orabona and Tommasi, "Training Deep Networks without Learning Rates Through Coin Betting" (arXiv 1705.07795), Algorithm 2.
 * Implementation followed: COCOB of bremen79/parameterfree 0.0.2. The schedule multiplies the gradient there, not the step.
 * Deviations:
 * - x - x0 is not a difference of two points but computed from the four buffers, of which it is a function: in float32 the difference would
 *   lack the digits that early rewards are made of.
 */
import type { Algebra } from '../../kernels/algebra.ts';
import { defineProgram, numberOf } from '../../kernels/step-program.ts';
import { coinBettingDecay, coinBettingEstimate, PARAMETERFREE } from '../coin-betting.ts';
import type { OptimizerDefinition } from '../definition.ts';
import wgsl from './cocob.wgsl?raw';
import { diagnoseCocob } from './diagnose.ts';

/** x - x0 of every coordinate; in this order no intermediate result is larger than R + L, G + L, alpha L or the displacement. */
function displacement<T extends Algebra<T>>(theta: T, G: T, L: T, R: T, alpha: T): T {
  return theta.div(G.add(L).maximum(L.mul(alpha))).mul(R.add(L).div(L));
}

export const cocobProgram = defineProgram({
  id: 'cocob',
  rowHyper: ['alpha', 'eps', 'weightDecay'],
  blockHyper: [],
  slots: { x0: 'params', L: (hyper) => numberOf(hyper, 'eps'), G: 'zero', R: 'zero', theta: 'zero' },
  scalars: { sumR: { init: () => 0 }, sumL: { init: () => 0 }, sumG: { init: () => 0 }, wealth: { init: () => 1 } },
  segments: 'run',
  step({ x, g: gradient, mult, hyper, slots, sum }) {
    const g = gradient.add(x.mul(hyper.weightDecay)).mul(mult);
    const p = displacement(slots.theta, slots.G, slots.L, slots.R, hyper.alpha);
    const L = slots.L.maximum(g.abs());
    const G = slots.G.add(g.abs());
    const R = slots.R.sub(g.mul(p)).maximum(0);
    const theta = slots.theta.sub(g);
    const [sumR, sumL, sumG] = [sum(R), sum(L), sum(G)];
    return {
      x: slots.x0.add(displacement(theta, G, L, R, hyper.alpha)),
      slots: { x0: slots.x0, L, G, R, theta },
      scalars: { sumR, sumL, sumG, wealth: sumR.div(sumL).add(1) },
    };
  },
  fused: { wgsl, sums: 3, gather: 'cocobGather', decide: 'cocobDecide', apply: 'cocobApply' },
});

export const cocob: OptimizerDefinition = {
  id: 'cocob',
  label: 'COCOB',
  family: 'free',
  kin: 'coinBetting',
  paper: {
    title: 'Training Deep Networks without Learning Rates Through Coin Betting',
    authors: 'Orabona, Tommasi',
    year: 2017,
    arxiv: '1705.07795',
    algorithm: 'Algorithm 2, COCOB-Backprop',
    implementation: PARAMETERFREE,
  },
  deviations: ['The displacement x - x0 is computed from the other buffers instead of from two points, which keeps its digits in float32.'],
  hyper: {
    alpha: {
      kind: 'number',
      label: 'alpha',
      value: 100,
      min: 1,
      max: 1e6,
      scale: 'log',
      doc: 'Limits early bets, no unit: the first step of every parameter is 1 / alpha, in parameter units.',
    },
    eps: {
      kind: 'number',
      label: 'eps',
      value: 1e-8,
      min: 1e-16,
      max: 1,
      scale: 'log',
      doc: 'Initial value of the largest gradient of each coordinate, in units of the gradient; it should be below all of them.',
    },
    ...coinBettingDecay,
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults',
      source: 'Constructor defaults of COCOB in parameterfree 0.0.2; alpha = 100 as in the paper; no weight decay.',
      hyper: { alpha: 100, eps: 1e-8, weightDecay: 0 },
    },
  ],
  traces: [
    {
      id: 'wealth',
      label: 'Wealth',
      unit: 'parameter units',
      meaning: 'How far coordinates could go if they bet everything: 1 + reward / largest gradient, of the sums over all coordinates.',
      chart: 'distance',
    },
    {
      id: 'sumR',
      label: 'Reward',
      unit: 'loss units',
      meaning: 'Sum over coordinates of what their bets have won.',
      chart: 'state',
    },
    {
      id: 'sumL',
      label: 'Largest gradients',
      unit: 'loss units per parameter unit',
      meaning: 'Sum over coordinates of the largest gradient each has seen.',
      chart: 'state',
    },
    {
      id: 'sumG',
      label: 'Gradients so far',
      unit: 'loss units per parameter unit',
      meaning: 'Sum over coordinates and steps of the size of gradients.',
      chart: 'state',
    },
  ],
  estimate: coinBettingEstimate,
  nominal: { label: 'Wealth', unit: 'parameter units', of: ({ wealth }) => wealth ?? Number.NaN, followsSchedule: false },
  diagnose: diagnoseCocob,
  program: cocobProgram,
};
