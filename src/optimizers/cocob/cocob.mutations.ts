import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in cocob.wgsl. */
export const mutations: readonly WgslMutation[] = [
  { label: 'schedule ignored', scenario: 'large bets', from: 'mult(row) * (raw', to: '(raw' },
  {
    label: 'decay not scheduled',
    scenario: 'large bets',
    from: 'mult(row) * (raw + hyper(row, HYPER_weightDecay) * x)',
    to: 'mult(row) * raw + hyper(row, HYPER_weightDecay) * x',
  },
  {
    label: 'alpha ignored',
    scenario: 'cautious',
    from: 'max(state.G + state.L, hyper(row, HYPER_alpha) * state.L)',
    to: 'state.G + state.L',
  },
  { label: 'L missing beside the sum', scenario: 'large bets', from: 'max(state.G + state.L,', to: 'max(state.G,' },
  { label: 'no wealth to start with', scenario: 'defaults', from: '((state.R + state.L) / state.L)', to: '(state.R / state.L)' },
  { label: 'reward not divided by L', scenario: 'large bets', from: '((state.R + state.L) / state.L)', to: '(state.R + state.L)' },
  {
    label: 'reward unclamped',
    scenario: 'large bets',
    from: 'max(vec4f(0.0), old.R - g * cocobDisplacement(row, old))',
    to: 'old.R - g * cocobDisplacement(row, old)',
  },
  { label: 'reward of the wrong sign', scenario: 'large bets', from: 'old.R - g *', to: 'old.R + g *' },
  { label: 'L forgets', scenario: 'large bets', from: 'max(old.L, abs(g))', to: 'abs(g)' },
  { label: 'theta of the wrong sign', scenario: 'large bets', from: 'old.theta - g', to: 'old.theta + g' },
  { label: 'displaced from x, not from the start', scenario: 'large bets', from: 'slot(e, SLOT_x0) + cocob', to: 'x + cocob' },
  { label: 'theta not stored', scenario: 'large bets', from: 'setSlot(e, SLOT_theta, state.theta);', to: '' },
];
