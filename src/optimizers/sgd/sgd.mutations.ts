import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in sgd.wgsl. */
export const mutations: readonly WgslMutation[] = [
  {
    label: 'first gradient dampened',
    scenario: 'dampened, coupled decay',
    from: 'select(derived(row, DERIVED_oneMinusDampening), 1.0, isFirst)',
    to: 'derived(row, DERIVED_oneMinusDampening)',
  },
  {
    label: 'dampening ignored',
    scenario: 'dampened, coupled decay',
    from: 'share * decayed',
    to: 'decayed',
  },
  {
    label: 'dampening without momentum',
    scenario: 'plain',
    from: 'select(decayed, select(b,',
    to: 'select(decayed * derived(row, DERIVED_oneMinusDampening), select(b,',
  },
  { label: 'Nesterov with the old buffer', scenario: 'Nesterov', from: 'decayed + momentum * b,', to: 'decayed + momentum * bOld,' },
  { label: 'Nesterov without momentum on the buffer', scenario: 'Nesterov', from: 'decayed + momentum * b,', to: 'decayed + b,' },
  { label: 'Nesterov ignored', scenario: 'Nesterov', from: 'select(b, decayed + momentum * b, OPTION_nesterov)', to: 'b' },
  {
    label: 'coupled decay outside the buffer',
    scenario: 'dampened, coupled decay',
    from: 'share * decayed',
    to: 'share * g',
  },
  {
    label: 'coupled although decoupled',
    scenario: 'decoupled decay',
    from: 'select(g + weightDecay * x, g, OPTION_decouple)',
    to: 'g + weightDecay * x',
  },
  { label: 'decoupled decay of the wrong sign', scenario: 'decoupled decay', from: 'direction + decoupled', to: 'direction - decoupled' },
  {
    label: 'decoupled decay not scaled by the learning rate',
    scenario: 'decoupled decay',
    from: 'L(row) * (direction + decoupled)',
    to: 'L(row) * direction - decoupled',
  },
];
