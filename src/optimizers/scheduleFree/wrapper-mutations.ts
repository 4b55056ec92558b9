import type { WgslMutation } from '../testing/mutations.ts';
import { averagingMutations } from './averaging-mutations.ts';

/** Mistakes in the wrapper's WGSL and in the average, the same over every base. */
export const wrapperMutations: readonly WgslMutation[] = [
  ...averagingMutations,
  { label: 'base at y', scenario: 'late steps', from: 'y + hyper(e.row, HYPER_sfMomentum) * gap -', to: 'y -' },
  {
    label: 'base at x',
    scenario: 'late steps',
    from: 'y + hyper(e.row, HYPER_sfMomentum) * gap -',
    to: 'y - derived(e.row, DERIVED_oneMinusBeta) * gap -',
  },
  {
    label: 'base without the decay at y',
    scenario: 'decay at y',
    from: 'gap - decay',
    to: 'gap',
  },
  {
    label: 'decay at y not in the step of z',
    scenario: 'decay at y',
    from: 'let u = decay + baseStep',
    to: 'let u = baseStep',
  },
  {
    label: 'decay at y not scheduled',
    scenario: 'decay at y',
    from: '(L(e.row) * hyper(e.row, HYPER_weightDecayAtY))',
    to: 'hyper(e.row, HYPER_weightDecayAtY)',
  },
  {
    label: 'old c',
    scenario: 'late steps',
    from: 'hyper(e.row, HYPER_sfMomentum) * scalarNew(e.row, SCALAR_c)',
    to: 'hyper(e.row, HYPER_sfMomentum) * scalarOld(e.row, SCALAR_c)',
  },
  {
    label: 'step of z of the wrong sign',
    scenario: 'late steps',
    from: 'decay + baseStep',
    to: 'decay - baseStep',
  },
];
