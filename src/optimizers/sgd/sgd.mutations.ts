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
    from: 'var direction = decayed;',
    to: 'var direction = decayed * derived(row, DERIVED_oneMinusDampening);',
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
  {
    label: 'decoupled decay of the wrong sign',
    scenario: 'decoupled decay',
    from: 'direction + weightDecay * x',
    to: 'direction - weightDecay * x',
  },
  {
    label: 'decoupled decay not scaled by the learning rate',
    scenario: 'decoupled decay',
    from: 'L(row) * select(direction, direction + weightDecay * x, OPTION_decouple)',
    to: 'L(row) * direction - select(vec4f(0.0), weightDecay * x, OPTION_decouple)',
  },
];
