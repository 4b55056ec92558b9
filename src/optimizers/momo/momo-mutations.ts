import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes in the model's WGSL, the same over every base. */
export const modelMutations: readonly WgslMutation[] = [
  { label: 'decay missing in p', scenario: 'sharp', from: '1.0 + L(row) * hyper(row, HYPER_weightDecay)', to: '1.0' },
  { label: 'p without the schedule', scenario: 'sharp', from: '1.0 + L(row) * hyper', to: '1.0 + hyper(row, HYPER_lr) * hyper' },
  {
    label: 'model of the present loss',
    scenario: 'sharp',
    from: 'keep * (scalarOld(row, SCALAR_M) - scalarOld(row, SCALAR_drop)) + fresh * loss(row)',
    to: 'loss(row)',
  },
  { label: 'last step left out of the model', scenario: 'sharp', from: '- scalarOld(row, SCALAR_drop)', to: '' },
  { label: 'no pull of the decay', scenario: 'sharp', from: 'L(row) * hyper(row, HYPER_weightDecay) * sums[1]', to: '0.0' },
  { label: 'bound without rho', scenario: 'adapted bound', from: '(M - rho * lb)', to: '(M - lb)' },
  { label: 'model without p', scenario: 'sharp', from: 'p * (M - rho * lb)', to: '(M - rho * lb)' },
  { label: 'norm not squared', scenario: 'sharp', from: 't1 = gap / sums[0]', to: 't1 = gap / sqrt(sums[0])' },
  {
    label: 'gap not clamped',
    scenario: 'adapted bound at the given one',
    from: 'max(p * (M - rho * lb) - pull, 0.0)',
    to: '(p * (M - rho * lb) - pull)',
  },
  { label: 'cap without rho', scenario: 'capped', from: 'L(row) / rho', to: 'L(row)' },
  { label: 'no cap', scenario: 'capped', from: 'min(cap, t1)', to: 't1' },
  { label: 'cap only', scenario: 'sharp', from: 'min(cap, t1)', to: 'cap' },
  {
    label: 'bound not adapted',
    scenario: 'adapted bound',
    from: 'lb = max((M - 0.5 * tau * sums[0]) / rho, lbStart);',
    to: '',
  },
  {
    label: 'adapted bound without rho',
    scenario: 'adapted bound',
    from: '(M - 0.5 * tau * sums[0]) / rho',
    to: '(M - 0.5 * tau * sums[0])',
  },
  { label: 'adapted bound without half', scenario: 'adapted bound', from: '- 0.5 * tau', to: '- tau' },
  {
    label: 'adapted bound below the given one',
    scenario: 'adapted bound at the given one',
    from: '/ rho, lbStart);',
    to: '/ rho, -1e30);',
  },
  { label: 'bound not reset', scenario: 'adapted bound from zero', from: 'select(lb, max(0.5 * most, lbStart), most < lb)', to: 'lb' },
  { label: 'step left out of the drop', scenario: 'sharp', from: 'tau * sums[0] + pull)', to: 'pull)' },
  { label: 'decay left out of the drop', scenario: 'sharp', from: 'tau * sums[0] + pull)', to: 'tau * sums[0])' },
  { label: 'reset does not halve', scenario: 'adapted bound from zero', from: 'max(0.5 * most, lbStart)', to: 'max(most, lbStart)' },
];
