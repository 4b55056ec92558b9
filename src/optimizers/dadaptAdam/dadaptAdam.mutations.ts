import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in dadaptAdam.wgsl. */
export const mutations: readonly WgslMutation[] = [
  { label: 'q = beta2 in s', scenario: 'coupled decay', from: 'derived(row, DERIVED_q) * sOld', to: 'hyper(row, HYPER_beta2) * sOld' },
  {
    label: 'q = beta2 in N',
    scenario: 'coupled decay',
    from: 'derived(row, DERIVED_q) * scalarOld(row, SCALAR_N)',
    to: 'hyper(row, HYPER_beta2) * scalarOld(row, SCALAR_N)',
  },
  { label: 'new s in the numerator', scenario: 'coupled decay', from: 'gradient * (sOld / ', to: 'gradient * (s / ' },
  {
    label: 'new v in the numerator',
    scenario: 'coupled decay',
    from: '(sqrt(vOld) + hyper(row, HYPER_eps))',
    to: '(sqrt(slot(e, SLOT_v)) + hyper(row, HYPER_eps))',
  },
  {
    label: 'coupled decay left out of the numerator',
    scenario: 'coupled decay',
    from: 'Shares(gradient * (sOld',
    to: 'Shares(g * (sOld',
  },
  {
    label: 'coupled although decoupled',
    scenario: 'decoupled decay',
    from: 'select(g + hyper(e.row, HYPER_weightDecay) * x, g, OPTION_decouple)',
    to: 'g + hyper(e.row, HYPER_weightDecay) * x',
  },
  {
    label: 'decoupled although coupled',
    scenario: 'coupled decay',
    from: 'select(vec4f(0.0), decay, OPTION_decouple)',
    to: 'decay',
  },
  { label: 'bias correction ignored', scenario: 'bias correction', from: '* L(row) * bc', to: '* L(row)' },
  { label: 'learning rate ignored', scenario: 'coupled decay', from: '* L(row) * bc', to: '* bc' },
  { label: 'second moment of the weighted gradient', scenario: 'coupled decay', from: '(gradient * gradient)', to: '(dg * dg)' },
  { label: '1 - q not divided out', scenario: 'coupled decay', from: 'n / s1 / derived(row, DERIVED_oneMinusQ)', to: 'n / s1' },
  {
    label: 'eps inside the root',
    scenario: 'coupled decay',
    from: 'sqrt(slot(e, SLOT_v)) + hyper(row, HYPER_eps)',
    to: 'sqrt(slot(e, SLOT_v) + hyper(row, HYPER_eps))',
  },
  {
    label: 'the learning rate multiplies the step a second time',
    scenario: 'coupled decay',
    from: 'let step = slot(e, SLOT_m)',
    to: 'let step = L(row) * slot(e, SLOT_m)',
  },
  { label: 'growth not limited', scenario: 'limited growth', from: 'select(d * growthRate, dHat, growthRate >= dHat / d)', to: 'dHat' },
  { label: 'd may fall', scenario: 'coupled decay', from: 'max(d, select(', to: 'max(0.0, select(' },
  {
    label: 'decay with the new d',
    scenario: 'decoupled decay',
    from: 'let decay = dadaptAdamDlr(row)',
    to: 'let decay = scalarNew(row, SCALAR_d) * L(row)',
  },
];
