import { adamMutations, decoupledMutations } from '../testing/adam-mutations.ts';
import type { WgslMutation } from '../testing/mutations.ts';

const LOOK_AHEAD = 'hyper(row, HYPER_beta1) * moments.m + derived(row, DERIVED_oneMinusBeta1) * g';

/** Mistakes that somebody could have made in nadamw.wgsl. */
export const mutations: readonly WgslMutation[] = [
  ...adamMutations,
  ...decoupledMutations,
  { label: 'plain Adam numerator', scenario: 'defaults', from: LOOK_AHEAD, to: 'moments.m' },
  {
    label: "optax's later correction",
    scenario: 'defaults',
    from: 'table(row, TABLE_bc1)',
    to: '(1.0 - hyper(row, HYPER_beta1) * (1.0 - table(row, TABLE_bc1)))',
  },
  {
    label: 'Nesterov average stored',
    scenario: 'defaults',
    from: `let lookAhead = ${LOOK_AHEAD};`,
    to: `let lookAhead = ${LOOK_AHEAD};\n  setSlot(e, SLOT_m, lookAhead);`,
  },
  {
    label: 'gradient added undamped',
    scenario: 'large steps',
    from: LOOK_AHEAD,
    to: 'hyper(row, HYPER_beta1) * moments.m + g',
  },
];
