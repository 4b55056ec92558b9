import { grown } from '../dadapt/dadapt.ts';
import type { OptimizerCases } from '../testing/cases.ts';
import type { dadaptAdamProgram } from './dadaptAdam.ts';

const FAULTS = {
  qIsBeta2: 'q is beta2 instead of its root',
  newSInNumerator: 'the numerator uses the new s',
  newVInNumerator: 'the numerator uses the new v',
  rateMissesNumerator: 'the step left out of the numerator',
  rateTwice: 'the learning rate multiplies the step a second time',
  currentD: 'the first moment is rescaled to the present d',
  secondMomentWithD: 'the second moment is weighted by the squared step',
  epsWithD: 'eps is scaled by d',
  epsInside: 'eps inside the root',
  noBiasCorrection: 'bias correction missing',
  coupledMissesEstimate: 'coupled decay left out of the estimate',
  decayWithoutD: 'decoupled decay does not follow d',
  decayAfterStep: 'decoupled decay acts on the moved parameters',
  newDInDecay: 'decoupled decay uses the new d',
  biasedEstimate: 'the 1 - q of the numerator is not divided out',
  growthUnlimited: 'growthRate ignored',
  counterKept: 'k does not advance',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof dadaptAdamProgram.step {
  return ({ x, g: gradient, L, hyper, derived, table, slots, scalars, option, sum, constant }) => {
    const { d } = scalars;
    const g = option.decouple ? gradient : gradient.add(x.mul(hyper.weightDecay));
    const q = fault === 'qIsBeta2' ? hyper.beta2 : derived.q;
    const oneMinusQ = fault === 'qIsBeta2' ? derived.oneMinusBeta2 : derived.oneMinusQ;
    const isMoving = L.greater(0);
    const dlr = option.useBiasCorrection && fault !== 'noBiasCorrection' ? d.mul(L).mul(table.bc) : d.mul(L);

    const dg = g.mul(dlr);
    const m = slots.m.mul(hyper.beta1).add(dg.mul(derived.oneMinusBeta1)).where(isMoving, slots.m);
    const square = fault === 'secondMomentWithD' ? dg.square() : g.square();
    const v = slots.v.mul(hyper.beta2).add(square.mul(derived.oneMinusBeta2)).where(isMoving, slots.v);
    const s = slots.s.mul(q).add(dg.mul(oneMinusQ)).where(isMoving, slots.s);
    const sum1 = sum(s.abs());
    const isUpdated = sum1.equal(0).logicalNot().logicalAnd(isMoving);
    const s1 = sum1.where(isUpdated, scalars.s1);

    const estimated = fault === 'coupledMissesEstimate' ? gradient : g;
    const sUsed = fault === 'newSInNumerator' ? s : slots.s;
    const vUsed = fault === 'newVInNumerator' ? v : slots.v;
    const agreement = sum(estimated.mul(sUsed.div(vUsed.sqrt().add(hyper.eps))));
    const A = fault === 'rateMissesNumerator' ? agreement : dlr.mul(agreement);
    const N = scalars.N.mul(q).add(A.mul(oneMinusQ)).where(isUpdated, scalars.N);
    const ratio = N.div(s1.where(isUpdated, constant(1)));
    const dHat = (fault === 'biasedEstimate' ? ratio : ratio.div(oneMinusQ)).where(isUpdated, scalars.dHat);
    const larger = fault === 'growthUnlimited' ? d.maximum(dHat) : grown(d, dHat, hyper.growthRate);
    const dNew = larger.where(isUpdated, d);

    const eps = fault === 'epsWithD' ? hyper.eps.mul(d) : hyper.eps;
    const root = fault === 'epsInside' ? v.add(eps).sqrt() : v.sqrt().add(eps);
    const adam = (fault === 'currentD' ? m.div(d).mul(dNew) : m).div(root);
    const step = fault === 'rateTwice' ? adam.mul(L) : adam;
    const rate = fault === 'decayWithoutD' ? L : fault === 'newDInDecay' ? dlr.div(d).mul(dNew) : dlr;
    const decayed = option.decouple ? x.sub((fault === 'decayAfterStep' ? x.sub(step) : x).mul(hyper.weightDecay.mul(rate))) : x;
    const xNew = decayed.sub(step).where(isUpdated, x);
    const skip = fault === 'counterKept' ? isUpdated : isUpdated.logicalNot();
    return { x: xNew, slots: { m, v, s }, scalars: { d: dNew, N, dHat, s1 }, skip };
  };
}

/** d as large as the parameters, and an eps that matters. */
const sharp = { d0: 0.05, eps: 0.1, beta1: 0.8, beta2: 0.9 };

export const cases: OptimizerCases = {
  id: 'dadaptAdam',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'coupled decay', hyper: { ...sharp, weightDecay: 0.5, lr: 0.5 } },
    { label: 'decoupled decay', hyper: { ...sharp, weightDecay: 0.5, decouple: true } },
    { label: 'bias correction', hyper: { ...sharp, useBiasCorrection: true, decouple: true, weightDecay: 0.2 } },
    { label: 'limited growth', hyper: { ...sharp, growthRate: 1.01 } },
  ],
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
