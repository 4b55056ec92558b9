import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in ckt.wgsl. */
export const mutations: readonly WgslMutation[] = [
  { label: 'schedule ignored', scenario: 'rich', from: 'mult(row) * (raw', to: '(raw' },
  {
    label: 'decay not scheduled',
    scenario: 'rich',
    from: 'mult(row) * (raw + hyper(row, HYPER_weightDecay) * x)',
    to: 'mult(row) * raw + hyper(row, HYPER_weightDecay) * x',
  },
  { label: 'zeros count as rounds', scenario: 'rich', from: 'old.n + abs(sign(g))', to: 'old.n + 1.0' },
  { label: 'rounds counted with their sign', scenario: 'rich', from: 'abs(sign(g))', to: 'sign(g)' },
  { label: 'wealth of the wrong sign', scenario: 'rich', from: 'old.R - g *', to: 'old.R + g *' },
  {
    label: 'wealth does not change',
    scenario: 'rich',
    from: 'old.R - g * cktDisplacement(old)',
    to: 'old.R',
  },
  { label: 'theta of the wrong sign', scenario: 'rich', from: 'old.theta - g', to: 'old.theta + g' },
  { label: 'not divided by rounds', scenario: 'rich', from: '(state.R / state.n)', to: 'state.R' },
  { label: 'displaced from x, not from the start', scenario: 'rich', from: 'slot(e, SLOT_x0) + ckt', to: 'x + ckt' },
  { label: 'only positive gradients beyond the bound', scenario: 'rich', from: 'abs(g) > vec4f(1.0)', to: 'g > vec4f(1.0)' },
];
