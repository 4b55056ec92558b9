import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes in the tuner's WGSL, the same over every base. */
export const mechanicMutations: readonly WgslMutation[] = [
  {
    label: 'x for y in both products',
    scenario: 'sharp',
    from: 'Shares(g * g, y * y, g * offset, y * offset)',
    to: 'Shares(g * g, x * x, g * offset, x * offset)',
  },
  { label: 'x for y in the norm', scenario: 'sharp', from: 'Shares(g * g, y * y,', to: 'Shares(g * g, x * x,' },
  {
    label: 'D after u was added',
    scenario: 'sharp',
    from: 'Shares(g * g, y * y, g * offset, y * offset)',
    to: 'Shares(g * g, y * y, g * slot(e, SLOT_D), y * slot(e, SLOT_D))',
  },
  { label: 'u not added to D', scenario: 'sharp', from: 'offset + (y - x)', to: 'offset' },
  {
    label: 'reward of the wrong sign',
    scenario: 'sharp',
    from: '- scalarOld(row, SCALAR_s + i) * h',
    to: '+ scalarOld(row, SCALAR_s + i) * h',
  },
  { label: 'v decays with beta, not its square', scenario: 'sharp', from: 'beta * beta * scalarOld', to: 'beta * scalarOld' },
  {
    label: 'm does not decay',
    scenario: 'sharp',
    from: 'max(beta * scalarOld(row, SCALAR_m + i), abs(h))',
    to: 'max(scalarOld(row, SCALAR_m + i), abs(h))',
  },
  {
    label: 's_init not divided by the number of betas',
    scenario: 'sharp',
    from: 'derived(row, DERIVED_sInitOverN)',
    to: 'hyper(row, HYPER_sInit)',
  },
  { label: 'eps inside the root', scenario: 'sharp', from: '(sqrt(v) + eps)', to: 'sqrt(v + eps)' },
  {
    label: 's_decay not scaled by the sum of s',
    scenario: 'sharp',
    from: 'hyper(row, HYPER_sDecay) * scalarOld(row, SCALAR_sSum)',
    to: 'hyper(row, HYPER_sDecay)',
  },
  {
    label: 's_decay not scaled by |g|',
    scenario: 'sharp',
    from: 'scalarOld(row, SCALAR_sSum) * sqrt(sums[0])',
    to: 'scalarOld(row, SCALAR_sSum)',
  },
  {
    label: 'old scale in the step',
    scenario: 'sharp',
    from: 'max(scalarNew(e.row, SCALAR_sSum), 0.0)',
    to: 'max(scalarOld(e.row, SCALAR_sSum), 0.0)',
  },
  { label: 'step from x, not from the start', scenario: 'sharp', from: 'slot(e, SLOT_x0) + max', to: 'x + max' },
  { label: 'D not shrunk', scenario: 'sharp', from: 'stored * (sSum / (sSum + hyper(e.row, HYPER_mechanicEps)))', to: 'stored' },
  { label: 'stored D shrunk', scenario: 'sharp, stored', from: 'select(shrunk, stored, OPTION_storeDelta)', to: 'shrunk' },
];
