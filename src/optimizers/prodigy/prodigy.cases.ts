import type { OptimizerCases } from '../testing/cases.ts';
import type { prodigyProgram } from './prodigy.ts';

const FAULTS = {
  beta3IsBeta2: 'beta3 is beta2 instead of its root',
  newDInStep: 'the step uses the new d',
  oldDInEps: 'eps is scaled by the old d',
  decayAfterStep: 'decoupled decay acts on the moved parameters',
  decayWithoutD: 'decoupled decay does not follow d',
  noBiasCorrection: 'bias correction missing',
  biasCorrectionMissesEstimate: 'bias correction left out of the numerator',
  coupledMissesEstimate: 'coupled decay left out of the estimate',
  noSafeguard: 'safeguardWarmup ignored',
  safeguardInNumerator: 'safeguardWarmup takes the schedule out of the numerator too',
  noSlice: 'sliceP ignored',
  noMemory: 'd forgets earlier estimates',
  limitedStart: 'the first move away from d0 is limited by growthRate',
  secondMomentWithD: 'second moment weighted by d instead of its square',
  noRatio: 'd / d0 missing in the numerator',
  oldDWithoutMomentum: 'the old d scales the gradient when beta1 is 0',
  coefficientOnStep: 'dCoef multiplies the step instead of the estimate',
  epsInside: 'eps inside the root',
  counterKept: 'k does not advance',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof prodigyProgram.step {
  return ({ x, g: gradient, L, hyper, derived, table, slots, scalars, option, sum, everyNth, constant }) => {
    const { d } = scalars;
    const g = option.decouple ? gradient : gradient.add(x.mul(hyper.weightDecay));
    const beta3 = fault === 'beta3IsBeta2' ? hyper.beta2.where(hyper.beta3.equal(0), hyper.beta3) : derived.beta3Used;
    const isMoving = L.greater(0);
    const plain = d.mul(L);
    const dlr = option.useBiasCorrection && fault !== 'noBiasCorrection' ? plain.mul(table.bc) : plain;
    const scale = d.div(hyper.d0);
    const sliceP = fault === 'noSlice' ? 1 : Number(option.sliceP);
    const estimated = fault === 'coupledMissesEstimate' ? gradient : g;
    const sampled = sliceP === 1 ? estimated : everyNth(estimated, sliceP);

    const dg = g.mul(d);
    const m = slots.m.mul(hyper.beta1).add(dg.mul(derived.oneMinusBeta1)).where(isMoving, slots.m);
    const square = fault === 'secondMomentWithD' ? g.square().mul(d) : dg.square();
    const v = slots.v.mul(hyper.beta2).add(square.mul(derived.oneMinusBeta2)).where(isMoving, slots.v);
    const c = option.safeguardWarmup && fault !== 'noSafeguard' ? d : dlr;
    const s = slots.s
      .mul(beta3)
      .add(sampled.mul(scale.mul(c)))
      .where(isMoving, slots.s);
    const sum1 = sum(s.abs());
    const isUpdated = sum1.equal(0).logicalNot().logicalAnd(isMoving);
    const den = sum1.where(isUpdated, scalars.den);

    const rate = fault === 'biasCorrectionMissesEstimate' ? plain : fault === 'safeguardInNumerator' && option.safeguardWarmup ? d : dlr;
    const weight = fault === 'noRatio' ? rate.mul(hyper.d0) : d.mul(rate);
    const N = scalars.N.mul(beta3)
      .add(weight.mul(sum(sampled.mul(slots.p))))
      .where(isUpdated, scalars.N);
    const estimate = N.div(den.mul(hyper.d0).where(isUpdated, constant(1)));
    const dHat = (fault === 'coefficientOnStep' ? estimate : estimate.mul(hyper.dCoef)).where(isUpdated, scalars.dHat);
    const dStart = fault === 'limitedStart' ? d : d.maximum(dHat).where(d.equal(hyper.d0), d);
    const dMax = scalars.dMax.maximum(dHat).where(isUpdated, scalars.dMax);
    const target = fault === 'noMemory' ? d.maximum(dHat) : dMax;
    const dNew = target.minimum(dStart.mul(hyper.growthRate)).where(isUpdated, d);

    const numerator = g.mul(fault === 'oldDWithoutMomentum' ? d : dNew).where(hyper.beta1.equal(0), m);
    const dEps = (fault === 'oldDInEps' ? d : dNew).mul(hyper.eps);
    const root = fault === 'epsInside' ? v.add(dEps).sqrt() : v.sqrt().add(dEps);
    const adam = numerator.div(root);
    const newRate = fault === 'newDInStep' ? dlr.div(d).mul(dNew) : dlr;
    const stepRate = fault === 'coefficientOnStep' ? newRate.mul(hyper.dCoef) : newRate;
    const move = adam.mul(stepRate);
    const decayed = fault === 'decayAfterStep' ? x.sub(move) : x;
    const decay = decayed.mul(hyper.weightDecay.mul(fault === 'decayWithoutD' ? L : dlr));
    const displacement = option.decouple ? decay.add(move) : move;
    const p = slots.p.add(displacement).where(isUpdated, slots.p);
    const xNew = (option.decouple ? x.sub(decay) : x).sub(move).where(isUpdated, x);
    const skip = fault === 'counterKept' ? isUpdated : isUpdated.logicalNot();
    return { x: xNew, slots: { p, m, v, s }, scalars: { d: dNew, dMax, N, dHat, den }, skip };
  };
}

/** d as large as the parameters, and an eps that matters. */
const sharp = { d0: 0.05, eps: 0.1, beta1: 0.8, beta2: 0.95 };

export const cases: OptimizerCases = {
  id: 'prodigy',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'sharp', hyper: { ...sharp, weightDecay: 0.5 } },
    { label: 'coupled decay', hyper: { ...sharp, weightDecay: 0.5, decouple: false } },
    { label: 'bias correction', hyper: { ...sharp, useBiasCorrection: true } },
    { label: 'safeguard warmup', hyper: { ...sharp, safeguardWarmup: true } },
    { label: 'every third entry', hyper: { ...sharp, sliceP: 3 } },
    { label: 'limited growth', hyper: { ...sharp, growthRate: 1.01 } },
    { label: 'no momentum', hyper: { ...sharp, beta1: 0 } },
    { label: 'own beta3, coefficient', hyper: { ...sharp, beta3: 0.9, dCoef: 2, lr: 0.5 } },
  ],
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
