/**
 * cKT: a KT bettor for every coordinate.
 *
 * State per coordinate: wealth R = w, rounds n = 1, theta = 0 (sum of -g). q is the schedule's multiplier.
 *   g <- q (g + weightDecay x);  R <- R - g (x - x0);  n <- n + 1 where g is not 0;  theta <- theta - g
 *   x <- x0 + theta R / n
 *
 * Paper: Orabona, "A Modern Introduction to Online Learning" (arXiv 1912.13213), section 9.3; the bettor is that of arXiv 1602.04128.
 * Implementation followed: cKT of bremen79/parameterfree 0.0.2.
 * The method assumes gradients between -1 and 1; beyond that a wealth may become negative, and the run may blow up.
 * Deviations:
 * - x - x0 is not a difference of two points but computed as theta R / n, which keeps its digits in float32.
 * - outside, the largest number of coordinates beyond the bound in one step so far, is kept besides, to tell when the assumption fails.
 */
import { defineProgram, numberOf } from '../../kernels/step-program.ts';
import { coinBettingDecay, coinBettingEstimate, initialWealth, PARAMETERFREE } from '../coin-betting.ts';
import { bettorFindings, type GradientBound } from '../coin-betting-findings.ts';
import type { OptimizerDefinition } from '../definition.ts';
import wgsl from './ckt.wgsl?raw';

export const cktProgram = defineProgram({
  id: 'ckt',
  rowHyper: ['w', 'weightDecay'],
  blockHyper: [],
  slots: { x0: 'params', R: (hyper) => numberOf(hyper, 'w'), n: () => 1, theta: 'zero' },
  scalars: { sumR: { init: () => 0 }, sumN: { init: () => 0 }, outside: { init: () => 0 } },
  segments: 'run',
  step({ x, g: gradient, mult, hyper, slots, scalars, sum }) {
    const g = gradient.add(x.mul(hyper.weightDecay)).mul(mult);
    const p = slots.theta.mul(slots.R.div(slots.n));
    const R = slots.R.sub(g.mul(p));
    const n = slots.n.add(g.sign().abs());
    const theta = slots.theta.sub(g);
    const beyond = sum(g.abs().sub(1).maximum(0).sign());
    return {
      x: slots.x0.add(theta.mul(R.div(n))),
      slots: { x0: slots.x0, R, n, theta },
      scalars: { sumR: sum(R), sumN: sum(n), outside: scalars.outside.maximum(beyond) },
    };
  },
  fused: { wgsl, sums: 3, gather: 'cktGather', decide: 'cktDecide', apply: 'cktApply' },
});

const BOUND: GradientBound = {
  name: 'cKT',
  wealth: 'sumR',
  size: 'outside',
  limit: 0,
  fact: (count) => `the gradient of ${count === 1 ? '1 coordinate' : `up to ${count} coordinates at once`} was beyond 1`,
  assumption: 'gradients between -1 and 1 in every coordinate',
};

export const ckt: OptimizerDefinition = {
  id: 'ckt',
  label: 'KT per coordinate',
  family: 'free',
  kin: 'coinBetting',
  paper: {
    title: 'A Modern Introduction to Online Learning',
    authors: 'Orabona',
    year: 2019,
    arxiv: '1912.13213',
    algorithm: 'Section 9.3, coordinate-wise KT bettor',
    implementation: PARAMETERFREE,
  },
  deviations: [
    'The displacement x - x0 is computed as theta R / n instead of from two points, which keeps its digits in float32.',
    'The largest number of coordinates beyond the bound on gradients is kept besides, to tell when the method is outside of what it assumes.',
  ],
  hyper: { ...initialWealth, ...coinBettingDecay },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults (package)',
      source: 'Constructor defaults of cKT in parameterfree 0.0.2; no weight decay.',
      hyper: { w: 1e-4, weightDecay: 0 },
    },
  ],
  traces: [
    {
      id: 'sumR',
      label: 'Wealth',
      unit: 'loss units',
      meaning: 'Sum over coordinates. While gradients stay within 1, no coordinate is farther from its start than its own wealth.',
      chart: 'distance',
    },
    {
      id: 'sumN',
      label: 'Rounds',
      unit: 'no unit',
      meaning: 'Sum over coordinates of 1 + the number of gradients that were not zero.',
      chart: 'state',
    },
    {
      id: 'outside',
      label: 'Coordinates out of bounds',
      unit: 'coordinates',
      meaning: 'Largest number of coordinates in one step so far whose gradient was beyond 1, which the method assumes not to happen.',
      chart: 'state',
    },
  ],
  estimate: coinBettingEstimate,
  nominal: {
    label: 'Wealth / rounds x schedule',
    unit: 'parameter units per unit of gradient',
    of: ({ sumR, sumN }, L) => ((sumR ?? Number.NaN) / (sumN ?? Number.NaN)) * L,
  },
  diagnose: (input) => bettorFindings(input, BOUND),
  program: cktProgram,
};
