import type { Algebra } from '../../kernels/algebra.ts';
import { type ModelInput, UNLIMITED_STEP } from './momo-model.ts';

/** Wrong formulas of the model of the loss, the same for every base. */
export const MODEL_FAULTS = {
  lossOfNow: 'the model is the present loss, without past tangents',
  modelKept: 'the model forgets the step that was taken',
  decayMissesDrop: 'the model forgets the decay of the parameters',
  dropUndivided: 'the model forgets that the step is divided by p',
  capUncorrected: 'the cap is not divided by rho',
  boundUncorrected: 'the lower bound is not multiplied by rho',
  decayMissesModel: 'the step does not know the weight decay',
  decayMissesPull: 'the pull of the decay along the direction is left out',
  root: 'divides by the norm, not its square',
  notClamped: 'a model below the bound gives a step backwards',
  notCapped: 'no cap',
  boundKept: 'useFstar ignored',
  neverReset: 'an estimated bound that is too high is not reset',
  resetToAll: 'the reset does not halve',
  wholeStep: 'the estimated bound takes off the whole decrease instead of half',
  belowGiven: 'the estimated bound may fall below the given one',
  estimateUncorrected: 'the estimated bound is not divided by rho',
} as const;
export type ModelFault = keyof typeof MODEL_FAULTS;

/** `modelStep` with one mistake, or none. */
export function faultyModel<T extends Algebra<T>>(fault: ModelFault | null, input: ModelInput<T>) {
  const { loss, Dx, D2, L, hyper, table, scalars, useFstar, divides, constant } = input;
  const { keep, fresh, rho } = table;
  const F = scalars.F.mul(keep).add(loss.mul(fresh));
  const left = fault === 'modelKept' ? scalars.M : scalars.M.sub(scalars.drop);
  const M = fault === 'lossOfNow' ? loss : left.mul(keep).add(loss.mul(fresh));
  const decay = L.mul(hyper.weightDecay);
  const p = decay.add(1);
  const pull = decay.mul(Dx);
  const pModel = fault === 'decayMissesModel' ? constant(1) : p;
  const pullModel = fault === 'decayMissesModel' || fault === 'decayMissesPull' ? pull.mul(0) : pull;
  const adapts = useFstar && fault !== 'boundKept';
  const most = pModel.mul(M).sub(pullModel).div(pModel.mul(rho));
  const start = (fault === 'resetToAll' ? most : most.mul(0.5)).maximum(hyper.lb);
  const lb = adapts && fault !== 'neverReset' ? start.where(scalars.lb.greater(most), scalars.lb) : scalars.lb;
  const unclamped = pModel.mul(M.sub(fault === 'boundUncorrected' ? lb : rho.mul(lb))).sub(pullModel);
  const gap = fault === 'notClamped' ? unclamped : unclamped.maximum(0);
  const divisor = fault === 'root' ? D2.sqrt() : D2;
  const isLimited = divisor.greater(gap.div(UNLIMITED_STEP));
  const t1 = gap.div(divisor.where(isLimited, constant(1))).where(isLimited, constant(UNLIMITED_STEP));
  const cap = fault === 'capUncorrected' ? L : L.div(rho);
  const tau = fault === 'notCapped' ? t1 : cap.minimum(t1);
  const half = tau.mul(D2).mul(fault === 'wholeStep' ? 1 : 0.5);
  const estimate = fault === 'estimateUncorrected' ? M.sub(half) : M.sub(half).div(rho);
  const safe = fault === 'belowGiven' ? estimate : estimate.maximum(hyper.lb);
  const undivided = fault === 'decayMissesDrop' ? tau.mul(D2) : tau.mul(D2).add(pull);
  const drop = divides && fault !== 'dropUndivided' ? undivided.div(p) : undivided;
  return { p, scalars: { F, M, drop, D2, cap, t1, tau, lb: adapts ? safe : lb } };
}
