import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in prodigy.wgsl. */
export const mutations: readonly WgslMutation[] = [
  {
    label: 'beta3 = beta2 in s',
    scenario: 'own beta3, coefficient',
    from: 'derived(row, DERIVED_beta3Used) * slot(e, SLOT_s)',
    to: 'hyper(row, HYPER_beta2) * slot(e, SLOT_s)',
  },
  {
    label: 'beta3 = beta2 in N',
    scenario: 'own beta3, coefficient',
    from: 'derived(row, DERIVED_beta3Used) * scalarOld(row, SCALAR_N)',
    to: 'hyper(row, HYPER_beta2) * scalarOld(row, SCALAR_N)',
  },
  {
    label: 'new d in the step',
    scenario: 'sharp',
    from: 'let dlr = prodigyDlr(row);\n  let denominator',
    to: 'let dlr = dNew * L(row);\n  let denominator',
  },
  {
    label: 'old d beside eps',
    scenario: 'sharp',
    from: 'dNew * hyper(row, HYPER_eps)',
    to: 'scalarOld(row, SCALAR_d) * hyper(row, HYPER_eps)',
  },
  { label: 'eps not scaled by d', scenario: 'sharp', from: 'dNew * hyper(row, HYPER_eps)', to: 'hyper(row, HYPER_eps)' },
  { label: 'delta without d / d0', scenario: 'own beta3, coefficient', from: 'd * prodigyDlr(row)', to: 'd0 * prodigyDlr(row)' },
  { label: 's without d / d0', scenario: 'own beta3, coefficient', from: '(d / hyper(row, HYPER_d0) * c)', to: 'c' },
  { label: 'v carries d, not its square', scenario: 'sharp', from: '(dg * dg)', to: '(dg * gradient)' },
  {
    label: 'm without d',
    scenario: 'sharp',
    from: 'derived(row, DERIVED_oneMinusBeta1) * dg',
    to: 'derived(row, DERIVED_oneMinusBeta1) * gradient',
  },
  {
    label: 'displacement of the wrong sign',
    scenario: 'sharp',
    from: 'slot(e, SLOT_p) + displacement',
    to: 'slot(e, SLOT_p) - displacement',
  },
  {
    label: 'decoupled although coupled',
    scenario: 'coupled decay',
    from: 'select(g + hyper(e.row, HYPER_weightDecay) * x, g, OPTION_decouple)',
    to: 'g',
  },
  {
    label: 'decoupled decay added to coupled',
    scenario: 'coupled decay',
    from: 'select(vec4f(0.0), hyper(row, HYPER_weightDecay) * x, OPTION_decouple)',
    to: 'hyper(row, HYPER_weightDecay) * x',
  },
  {
    label: 'bias correction missing',
    scenario: 'bias correction',
    from: 'select(1.0, table(row, TABLE_bc), OPTION_useBiasCorrection)',
    to: '1.0',
  },
  { label: 'safeguard ignored in s', scenario: 'safeguard warmup', from: 'select(dlr, d, OPTION_safeguardWarmup)', to: 'dlr' },
  { label: 'every entry sampled', scenario: 'every third entry', from: 'select(vec4f(0.0), gradient, isSampled)', to: 'gradient' },
  {
    label: 'sampled by position in the row, not in the tensor',
    scenario: 'every third entry',
    from: '(e.local % vec4u(OPTION_sliceP))',
    to: '((vec4u(e.params * 4u) + vec4u(0u, 1u, 2u, 3u)) % vec4u(OPTION_sliceP))',
  },
  {
    label: 'old d beside the gradient without a first moment',
    scenario: 'no momentum',
    from: 'select(1.0, dNew / scalarOld(row, SCALAR_d), hyper(row, HYPER_beta1) == 0.0)',
    to: '1.0',
  },
  { label: 'first move limited by the growth rate', scenario: 'limited growth', from: 'select(d, max(d, dHat), d == d0)', to: 'd' },
  {
    label: 'growth not limited',
    scenario: 'limited growth',
    from: 'select(dStart * growthRate, dMax, growthRate >= dMax / dStart)',
    to: 'dMax',
  },
  {
    label: 'coefficient ignored',
    scenario: 'own beta3, coefficient',
    from: 'hyper(row, HYPER_dCoef) * n / (d0 * den)',
    to: 'n / (d0 * den)',
  },
];
