import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in dadaptAdan.wgsl. */
export const mutations: readonly WgslMutation[] = [
  {
    label: 'first gradient a difference',
    scenario: 'sharp',
    from: 'select(g - slot(e, SLOT_p), vec4f(0.0), isFirst)',
    to: 'g - slot(e, SLOT_p)',
  },
  { label: 'difference of the wrong sign', scenario: 'sharp', from: 'select(g - slot(e, SLOT_p),', to: 'select(slot(e, SLOT_p) - g,' },
  { label: 'gradient not kept', scenario: 'sharp', from: 'setSlot(e, SLOT_p, g);', to: 'setSlot(e, SLOT_p, slot(e, SLOT_p));' },
  { label: 'second moment of the plain gradient', scenario: 'sharp', from: '(ahead * ahead)', to: '(g * g)' },
  { label: 'difference in full in the second moment', scenario: 'sharp', from: 'g + beta2 * difference', to: 'g + difference' },
  { label: 'differences averaged without the step', scenario: 'sharp', from: '(dlr * difference)', to: 'difference' },
  {
    label: 'differences in full in the step',
    scenario: 'sharp',
    from: 'hyper(row, HYPER_beta2) * slot(e, SLOT_e))',
    to: 'slot(e, SLOT_e))',
  },
  {
    label: 'beta1 for the differences',
    scenario: 'sharp',
    from: 'beta2 * slot(e, SLOT_e) + derived',
    to: 'hyper(row, HYPER_beta1) * slot(e, SLOT_e) + derived',
  },
  { label: 'way gone not divided by 1 - beta3', scenario: 'sharp', from: 'sums[1] / oneMinusBeta3', to: 'sums[1]' },
  { label: 'work done without 1 - beta3', scenario: 'sharp', from: 'oneMinusBeta3 * (dlr * dlr * sums[2])', to: '(dlr * dlr * sums[2])' },
  { label: 'step not squared in the work done', scenario: 'sharp', from: '(dlr * dlr * sums[2])', to: '(dlr * sums[2])' },
  { label: 'way gone by g', scenario: 'sharp', from: 's * s / r', to: 's * g / r' },
  { label: 'growth not limited', scenario: 'limited growth', from: 'select(d * growthRate, dHat, growthRate >= dHat / d)', to: 'dHat' },
  { label: 'noProx ignored', scenario: 'no prox', from: 'OPTION_noProx)', to: 'false)' },
  { label: 'noProx always', scenario: 'sharp', from: 'OPTION_noProx)', to: 'true)' },
  { label: 'decay without d', scenario: 'sharp', from: 'let decay = dadaptAdanDlr(row)', to: 'let decay = L(row)' },
  { label: 'estimate changes while idle', scenario: 'sharp', from: 'if (L(row) > 0.0)', to: 'if (true)' },
];
