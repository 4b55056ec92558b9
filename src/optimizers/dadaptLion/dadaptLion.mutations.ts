import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in dadaptLion.wgsl. */
export const mutations: readonly WgslMutation[] = [
  {
    label: 'new d in the step',
    scenario: 'small steps',
    from: 'let dlr = dadaptLionDlr(row);',
    to: 'let dlr = scalarNew(row, SCALAR_d) * L(row);',
  },
  {
    label: 'direction after the average was updated',
    scenario: 'large steps',
    from: 'let u = dadaptLionDirection(e, g);\n  setSlot(e, SLOT_m, hyper(row, HYPER_beta2) * slot(e, SLOT_m) + derived(row, DERIVED_oneMinusBeta2) * (dlr * g));',
    to: 'setSlot(e, SLOT_m, hyper(row, HYPER_beta2) * slot(e, SLOT_m) + derived(row, DERIVED_oneMinusBeta2) * (dlr * g));\n  let u = dadaptLionDirection(e, g);',
  },
  { label: 'average without the step', scenario: 'large steps', from: '(dlr * g)', to: 'g' },
  {
    label: 'sign of the gradient alone',
    scenario: 'large steps',
    from: 'sign(hyper(e.row, HYPER_beta1) * slot(e, SLOT_m) + derived(e.row, DERIVED_oneMinusBeta1) * g)',
    to: 'sign(g)',
  },
  { label: 'new s in the numerator', scenario: 'small steps', from: 'u * sOld, abs(s)', to: 'u * s, abs(s)' },
  { label: 'gradient in the numerator', scenario: 'small steps', from: 'u * sOld, abs(s)', to: 'g * sOld, abs(s)' },
  { label: 's averages the gradient', scenario: 'small steps', from: 'dadaptLionDlr(row) * u;', to: 'dadaptLionDlr(row) * g;' },
  { label: 'q = beta2 in s', scenario: 'small steps', from: 'derived(row, DERIVED_q) * sOld', to: 'hyper(row, HYPER_beta2) * sOld' },
  {
    label: 'q = beta2 in N',
    scenario: 'small steps',
    from: 'derived(row, DERIVED_q) * scalarOld(row, SCALAR_N)',
    to: 'hyper(row, HYPER_beta2) * scalarOld(row, SCALAR_N)',
  },
  { label: '1 - q not divided out', scenario: 'small steps', from: 'n / s1 / derived(row, DERIVED_oneMinusQ)', to: 'n / s1' },
  {
    label: 'decay without d',
    scenario: 'small steps',
    from: 'dlr * (hyper(row, HYPER_weightDecay) * x + u)',
    to: 'dlr * u - L(row) * hyper(row, HYPER_weightDecay) * x',
  },
  { label: 'decay of the wrong sign', scenario: 'small steps', from: 'HYPER_weightDecay) * x + u', to: 'HYPER_weightDecay) * x - u' },
  { label: 'learning rate ignored', scenario: 'large steps', from: 'scalarOld(row, SCALAR_d) * L(row)', to: 'scalarOld(row, SCALAR_d)' },
];
