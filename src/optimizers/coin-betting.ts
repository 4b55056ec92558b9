/** What the coin-betting methods share. They bet part of their wealth on where the parameters should be, and win when the gradient agrees. */
import type { Estimate, HyperTable } from './definition.ts';

export const PARAMETERFREE = 'bremen79/parameterfree 0.0.2';

export const coinBettingEstimate: Estimate = {
  kind: 'none',
  why: 'It estimates no distance: it bets a part of its wealth, which grows for as long as its bets win and has no fixed size to find.',
};

/** Coupled, as in all methods of the package. */
export const coinBettingDecay = {
  weightDecay: {
    kind: 'number',
    label: 'Weight decay',
    value: 0,
    min: 0,
    max: 10,
    scale: 'linear',
    doc: 'Coupled: this fraction of the parameters is added to the gradient.',
  },
} as const satisfies HyperTable;

/** The initial wealth of the KT bettors. */
export const initialWealth = {
  w: {
    kind: 'number',
    label: 'w',
    value: 1e-4,
    min: 1e-12,
    max: 10,
    scale: 'log',
    doc: 'Initial wealth, in loss units: half of it is bet in the first step. About the learning rate one would start SGD with.',
  },
} as const satisfies HyperTable;
