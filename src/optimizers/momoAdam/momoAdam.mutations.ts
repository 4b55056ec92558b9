import { modelMutations } from '../momo/momo-mutations.ts';
import type { WgslMutation } from '../testing/mutations.ts';

/** Mistakes that somebody could have made in momoAdam.wgsl. */
export const mutations: readonly WgslMutation[] = [
  ...modelMutations,
  { label: 'bias correction of v missing', scenario: 'sharp', from: 'slot(e, SLOT_v) / table(e.row, TABLE_bc2)', to: 'slot(e, SLOT_v)' },
  {
    label: 'eps inside the root',
    scenario: 'sharp',
    from: 'table(e.row, TABLE_bc2)) + hyper(e.row, HYPER_eps)',
    to: 'table(e.row, TABLE_bc2) + hyper(e.row, HYPER_eps))',
  },
  { label: 'beta1 for v', scenario: 'sharp', from: 'hyper(row, HYPER_beta2) * slot', to: 'hyper(row, HYPER_beta1) * slot' },
  { label: 'v averages |g|', scenario: 'sharp', from: '(g * g)', to: 'abs(g)' },
  { label: 'plain norm', scenario: 'sharp', from: 'D * momoAdamDirection(e)', to: 'D * D' },
  { label: 'norm of the gradient', scenario: 'sharp', from: 'D * momoAdamDirection(e)', to: 'g * momoAdamDirection(e)' },
  { label: '<g, x> for <D, x>', scenario: 'sharp', from: 'D * x)', to: 'g * x)' },
  {
    label: 'steps along D',
    scenario: 'sharp',
    from: 'scalarNew(row, SCALAR_tau) * momoAdamDirection(e)',
    to: 'scalarNew(row, SCALAR_tau) * slot(e, SLOT_D)',
  },
  { label: 'old step size', scenario: 'sharp', from: 'scalarNew(row, SCALAR_tau)', to: 'scalarOld(row, SCALAR_tau)' },
  { label: 'always divided', scenario: 'AdamW decay', from: 'if (OPTION_divide)', to: 'if (true)' },
  { label: 'never divided', scenario: 'sharp', from: 'if (OPTION_divide)', to: 'if (false)' },
  {
    label: 'AdamW decay unscheduled',
    scenario: 'AdamW decay',
    from: 'L(row) * hyper(row, HYPER_weightDecay) * x',
    to: 'hyper(row, HYPER_weightDecay) * x',
  },
];
