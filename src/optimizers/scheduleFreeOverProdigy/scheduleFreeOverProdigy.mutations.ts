import { wrapperMutations } from '../scheduleFree/wrapper-mutations.ts';
import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes in the wrapper over a base with an estimate. */
export const mutations: readonly WgslMutation[] = [
  ...wrapperMutations,
  { label: 'weights without d', scenario: 'late steps', from: 'return scalarNew(row, SCALAR_d);', to: 'return 1.0;' },
  {
    label: 'weights with the old d',
    scenario: 'late steps',
    from: 'return scalarNew(row, SCALAR_d);',
    to: 'return scalarOld(row, SCALAR_d);',
  },
  {
    label: 'displacement without the decay at y',
    scenario: 'decay at y',
    from: 'return p + scheduleFreeDecay(e, paramsBuffer[e.params]);',
    to: 'return p;',
  },
  {
    label: 'displacement with the first decay at y',
    scenario: 'decay at y',
    from: 'scalarOld(e.row, SCALAR_lrMax) < 0.0',
    to: 'scalarOld(e.row, SCALAR_lrMax) < -2.0',
  },
  {
    label: 'sums at y',
    scenario: 'coupled decay',
    from: 'return baseGather(e, scheduleFreeBefore(e, x, slot(e, SLOT_gap), scheduleFreeDecay(e, x)), g);',
    to: 'return baseGather(e, x, g);',
  },
];
