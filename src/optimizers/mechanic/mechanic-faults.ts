import type { Algebra } from '../../kernels/algebra.ts';
import type { StepOutput, StepProgram } from '../../kernels/step-program.ts';
import type { OptimizerCases, Scenario } from '../testing/cases.ts';
import type { MechanicInput } from './mechanic.ts';

const FAULTS = {
  xForY: 'the decay term uses the point before the base step',
  offsetAfterUpdate: 'h uses the sum that already contains u',
  sumForS: 'the reward uses the summed scale for every beta',
  rewardUnclamped: 'the reward is not clamped at 0',
  betaNotSquared: 'v decays with beta instead of its square',
  initNotShared: 's_init is not divided by the number of betas',
  neverShrinks: 'D does not shrink with store_delta off',
  decayWithoutScale: 'the decay term lacks the summed scale',
  epsInside: 'eps inside the root',
  oldScale: 'the parameters use the old summed scale',
  maximumKept: 'the running maximum of |h| does not decay',
  signOfReward: 'the reward grows with h',
} as const;

function variant(base: StepProgram, fault: keyof typeof FAULTS | null): StepProgram['step'] {
  return <T extends Algebra<T>>(input: unknown) => mechanicVariant<T>(base, fault, input as MechanicInput<T>);
}

function mechanicVariant<T extends Algebra<T>>(
  base: StepProgram,
  fault: keyof typeof FAULTS | null,
  input: MechanicInput<T>,
): StepOutput<T> {
  const { x, g, hyper, derived, slots, scalars, option, sum } = input;
  const eps = hyper.mechanicEps;
  const { x0 } = slots;
  const { sSum } = scalars;
  const based = base.step<T>(input);
  const y = based.x;
  const u = y.sub(x);
  const shrunk = slots.D.mul(sSum.div(sSum.add(eps)));
  const D = option.storeDelta || fault === 'neverShrinks' ? slots.D : shrunk;
  const seen = fault === 'offsetAfterUpdate' ? D.add(u) : D;
  const point = fault === 'xForY' ? x : y;
  const norm = (v: T): T => sum(v.square()).sqrt();
  const strength = fault === 'decayWithoutScale' ? hyper.sDecay : hyper.sDecay.mul(sSum);
  const pull = strength.mul(norm(g)).div(norm(point).add(eps));
  const h = sum(seen.mul(g)).add(pull.mul(sum(seen.mul(point))));
  const m = (fault === 'maximumKept' ? scalars.m.mul(hyper.betas.mul(0).add(1)) : scalars.m.mul(hyper.betas)).maximum(h.abs());
  const v = scalars.v.mul(fault === 'betaNotSquared' ? hyper.betas : hyper.betas.square()).add(h.square());
  const gain = (fault === 'sumForS' ? sSum : scalars.s).mul(h);
  const reward = fault === 'signOfReward' ? scalars.r.mul(hyper.betas).add(gain) : scalars.r.mul(hyper.betas).sub(gain);
  const r = fault === 'rewardUnclamped' ? reward : reward.maximum(0);
  const share = fault === 'initNotShared' ? hyper.sInit : derived.sInitOverN;
  const s = m
    .mul(share)
    .add(r)
    .div(fault === 'epsInside' ? v.add(eps).sqrt() : v.sqrt().add(eps));
  const sSumNew = s.sum(1, true);
  const DNew = D.add(u);
  return {
    x: x0.add(DNew.mul((fault === 'oldScale' ? sSum : sSumNew).maximum(0))),
    slots: { ...based.slots, x0, D: DNew },
    scalars: { s, r, v, m, sSum: sSumNew, h },
  };
}

/** Scales and an eps that matter, and few betas, so that each one does. */
const sharp = { sInit: 0.05, sDecay: 0.3, betas: [0.5, 0.9, 0.99], mechanicEps: 0.01 };

/** Cases of Mechanic around a base; `baseHyper` makes the base's own steps large. */
export function mechanicCases(id: string, base: StepProgram, baseHyper: Scenario['hyper']): OptimizerCases {
  return {
    id,
    scenarios: [
      { label: 'defaults', hyper: {} },
      { label: 'sharp', hyper: { ...baseHyper, ...sharp } },
      { label: 'sharp, stored', hyper: { ...baseHyper, ...sharp, storeDelta: true } },
      { label: 'base decay', hyper: { ...baseHyper, ...sharp, weightDecay: 0.2 } },
    ],
    faultless: variant(base, null),
    faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(base, fault) })),
  };
}
