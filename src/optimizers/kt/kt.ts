/**
 * KT: one bettor for all parameters. It bets wealth / (number of rounds) per unit of the gradients seen so far.
 *
 * State: wealth W = w; theta = 0 (sum of -g). i = k + 1 counts rounds, q is the schedule's multiplier.
 *   W <- W + <x0 - x, g>, with the plain gradient;  i <- i + 1;  theta <- theta - q (g + weightDecay x)
 *   x <- x0 + theta W / i
 *
 * Paper: Orabona and Pal, "Coin Betting and Parameter-Free Online Learning" (arXiv 1602.04128), the KT bettor.
 * Implementation followed: KT of bremen79/parameterfree 0.0.2. Wealth and rounds go on while the schedule is 0, so that steps still move.
 * The method assumes gradients of 2-norm at most 1; beyond that the wealth may become negative, and the run may blow up.
 * Deviations:
 * - x0 - x is not a difference of two points but computed as -theta W / i, which keeps its digits in float32.
 * - gMax, the largest 2-norm of a gradient so far, is kept besides, to tell when the assumption fails.
 */
import { defineProgram, numberOf } from '../../kernels/step-program.ts';
import { coinBettingDecay, coinBettingEstimate, initialWealth, PARAMETERFREE } from '../coin-betting.ts';
import { bettorFindings, type GradientBound } from '../coin-betting-findings.ts';
import type { OptimizerDefinition } from '../definition.ts';
import { formatNumber } from '../findings.ts';
import wgsl from './kt.wgsl?raw';

/** Larger entries count as this much in gMax, so that their squares do not overflow float32. */
const LARGEST_ENTRY = 1e15;

export const ktProgram = defineProgram({
  id: 'kt',
  rowHyper: ['w', 'weightDecay'],
  blockHyper: [],
  slots: { x0: 'params', theta: 'zero' },
  // bet = W / i: the displacement per unit of theta.
  scalars: {
    W: { init: (hyper) => numberOf(hyper, 'w') },
    bet: { init: (hyper) => numberOf(hyper, 'w') },
    gMax: { init: () => 0 },
  },
  segments: 'run',
  table: (_hyper, k) => ({ rounds: k + 2 }),
  step({ x, g, mult, hyper, table, slots, scalars, sum }) {
    const { bet } = scalars;
    const W = scalars.W.sub(bet.mul(sum(slots.theta.mul(g))));
    const theta = slots.theta.sub(g.add(x.mul(hyper.weightDecay)).mul(mult));
    const betNew = W.div(table.rounds);
    const norm = sum(g.abs().minimum(LARGEST_ENTRY).square()).sqrt();
    return {
      x: slots.x0.add(theta.mul(betNew)),
      slots: { x0: slots.x0, theta },
      scalars: { W, bet: betNew, gMax: scalars.gMax.maximum(norm) },
    };
  },
  fused: { wgsl, sums: 2, gather: 'ktGather', decide: 'ktDecide', apply: 'ktApply' },
});

const BOUND: GradientBound = {
  name: 'KT',
  wealth: 'W',
  size: 'gMax',
  limit: 1,
  fact: (norm) => `gradients reached a norm of ${formatNumber(norm)}`,
  assumption: 'a norm of at most 1',
};

export const kt: OptimizerDefinition = {
  id: 'kt',
  label: 'KT',
  family: 'free',
  kin: 'coinBetting',
  paper: {
    title: 'Coin Betting and Parameter-Free Online Learning',
    authors: 'Orabona, Pál',
    year: 2016,
    arxiv: '1602.04128',
    algorithm: 'KT bettor',
    implementation: PARAMETERFREE,
  },
  deviations: [
    'The displacement x - x0 is computed as theta W / i instead of from two points, which keeps its digits in float32.',
    'The largest gradient norm so far is kept besides, to tell when the method is outside of what it assumes.',
  ],
  hyper: { ...initialWealth, ...coinBettingDecay },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults (package)',
      source: 'Constructor defaults of KT in parameterfree 0.0.2; no weight decay.',
      hyper: { w: 1e-4, weightDecay: 0 },
    },
  ],
  traces: [
    {
      id: 'W',
      label: 'Wealth',
      unit: 'loss units',
      meaning:
        'What the bets have made of w. While gradients stay within norm 1, parameters stay within this 2-norm distance from the start.',
      chart: 'distance',
    },
    {
      id: 'bet',
      label: 'Wealth / rounds',
      unit: 'parameter units per unit of gradient',
      meaning: 'How far the parameters are from the start per unit of the summed gradients.',
      chart: 'state',
    },
    {
      id: 'gMax',
      label: 'Largest gradient',
      unit: 'loss units per parameter unit',
      meaning: 'Largest 2-norm of a gradient so far. The method assumes at most 1.',
      chart: 'state',
    },
  ],
  estimate: coinBettingEstimate,
  nominal: {
    label: 'Wealth / rounds x schedule',
    unit: 'parameter units per unit of gradient',
    of: ({ bet }, L) => (bet ?? Number.NaN) * L,
  },
  diagnose: (input) => bettorFindings(input, BOUND),
  program: ktProgram,
};
