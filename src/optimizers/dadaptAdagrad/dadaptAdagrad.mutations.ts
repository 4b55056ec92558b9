import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in dadaptAdagrad.wgsl. */
export const mutations: readonly WgslMutation[] = [
  { label: 'no eps', scenario: 'large steps', from: 'root + hyper(e.row, HYPER_eps)', to: 'root' },
  { label: 'no root', scenario: 'large steps', from: 'let root = sqrt(sumNew)', to: 'let root = sumNew' },
  { label: 'no root in the step', scenario: 'large steps', from: 'sqrt(slot(e, SLOT_A))', to: 'slot(e, SLOT_A)' },
  { label: 'A without the weight decay', scenario: 'large steps', from: 'sumOld + squared', to: 'sumOld + g * g' },
  { label: 'weight decay ignored', scenario: 'large steps', from: 'g + hyper(row, HYPER_weightDecay) * x', to: 'g' },
  { label: 's without the weight decay', scenario: 'large steps', from: 'sOld + dlr * gradient', to: 'sOld + dlr * g' },
  {
    label: 'learning rate ignored',
    scenario: 'large steps',
    from: 'let dlr = scalarOld(row, SCALAR_d) * L(row);\n  let gradient',
    to: 'let dlr = scalarOld(row, SCALAR_d);\n  let gradient',
  },
  { label: '2-norm of s', scenario: 'large steps', from: 'Shares(abs(s),', to: 'Shares(s * s,' },
  { label: 'new s in the numerator', scenario: 'large steps', from: '(gradient * sOld)', to: '(gradient * s)' },
  { label: 'factor 2 missing', scenario: 'large steps', from: '2.0 * dlr', to: 'dlr' },
  { label: 'growth of A forgotten', scenario: 'large steps', from: '(gained - lost) / r', to: 'gained / r' },
  { label: 'old root in the numerator', scenario: 'large steps', from: '(gained - lost) / r', to: '(gained - lost) / rootOld' },
  { label: 'step not squared in the work done', scenario: 'large steps', from: 'dlr * dlr * sums[2]', to: 'dlr * sums[2]' },
  { label: 'numerator forgotten', scenario: 'large steps', from: 'scalarOld(row, SCALAR_N) + sums[1]', to: 'sums[1]' },
  { label: 'growth not limited', scenario: 'limited growth', from: 'select(d * growthRate, dHat, growthRate >= dHat / d)', to: 'dHat' },
  { label: 'step from x', scenario: 'large steps', from: 'let z = slot(e, SLOT_x0)', to: 'let z = x' },
  { label: 'new point not averaged', scenario: 'large steps', from: 'derived(row, DERIVED_oneMinusMomentum) * z', to: 'z' },
  { label: 'estimate changes while idle', scenario: 'large steps', from: 'if (L(row) > 0.0)', to: 'if (true)' },
];
