import { averagingMutations } from '../scheduleFree/averaging-mutations.ts';
import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in adamcScheduleFreePlus.wgsl and in the average. */
export const mutations: readonly WgslMutation[] = [
  ...averagingMutations,
  { label: 'loss not corrected', scenario: 'late steps', from: 'loss(row) + ip', to: 'loss(row)' },
  { label: 'correction of the wrong sign', scenario: 'late steps', from: 'loss(row) + ip', to: 'loss(row) - ip' },
  { label: 'correction without B', scenario: 'late steps', from: '(1.0 - table(row, TABLE_oneMinusB)) * sums[0]', to: 'sums[0]' },
  { label: 'steps along a loss below 0', scenario: 'late steps', from: 'max(F, 0.0)', to: 'F' },
  { label: '2-norm for 1-norm', scenario: 'late steps', from: 'abs(g));', to: 'g * g);' },
  { label: 'norm not bias-corrected', scenario: 'averaged norm', from: ' / table(row, TABLE_bcG)', to: '' },
  { label: 'norm not averaged', scenario: 'averaged norm', from: 'hyper(row, HYPER_polyakBeta) * scalarOld(row, SCALAR_G) + ', to: '' },
  { label: 'no floor for the multiplier', scenario: 'no learning rate', from: 'max(L(row), hyper(row, HYPER_eps))', to: 'L(row)' },
  { label: 'decay scaled by the step alone', scenario: 'decay', from: '(rate * rate * hyper', to: '(rate * hyper' },
  { label: 'bias correction of m missing', scenario: 'late steps', from: '(m / table(row, TABLE_bc1))', to: 'm' },
  { label: 'bias correction of v missing', scenario: 'late steps', from: 'sqrt(v / table(row, TABLE_bc2))', to: 'sqrt(v)' },
  { label: 'y does not follow the new B', scenario: 'annealed', from: ' + (oneMinusB - scalarOld(row, SCALAR_oneMinusB))', to: '' },
  { label: 'weights count during the warmup', scenario: 'late average', from: 'setScalar(row, SCALAR_kept, 0.0);\n    return;', to: '' },
  {
    label: 'largest rate not kept during the warmup',
    scenario: 'late average',
    from: 'max(scalarOld(row, SCALAR_lrMax), rate)',
    to: 'scalarOld(row, SCALAR_lrMax)',
  },
  {
    label: 'old rate',
    scenario: 'late steps',
    from: 'let rate = scalarNew(row, SCALAR_rate);',
    to: 'let rate = scalarOld(row, SCALAR_rate);',
  },
];
