import type { OptimizerCases } from '../testing/cases.ts';
import type { dadaptLionProgram } from './dadaptLion.ts';

const FAULTS = {
  newDInStep: 'the parameters move with the new d',
  newMInDirection: 'the direction is the sign of the new average',
  plainSign: 'the direction is the sign of the gradient alone',
  weightedDirection: 'the gradient enters the direction with the step, as it enters the average',
  plainAverage: 'the average is of gradients without the step',
  gradientInSum: 's averages the gradient instead of its sign',
  gradientInNumerator: 'the numerator uses the gradient instead of its sign',
  newSInNumerator: 'the numerator uses the new s',
  qIsBeta2: 'q is beta2 instead of its root',
  betasSwapped: 'beta1 decays the average',
  decayWithoutD: 'weight decay does not follow d',
  decayAfterStep: 'weight decay acts on the moved parameters',
  biasedEstimate: 'the 1 - q of the numerator is not divided out',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof dadaptLionProgram.step {
  return ({ x, g, L, hyper, derived, slots, scalars, sum, constant }) => {
    const { d } = scalars;
    const dlr = d.mul(L);
    const weighted = fault === 'weightedDirection' ? g.mul(dlr) : g;
    const [decay, fresh] = fault === 'betasSwapped' ? [hyper.beta1, derived.oneMinusBeta1] : [hyper.beta2, derived.oneMinusBeta2];
    const m = slots.m.mul(decay).add((fault === 'plainAverage' ? g : g.mul(dlr)).mul(fresh));
    const averaged = slots.m.mul(hyper.beta1).add(weighted.mul(derived.oneMinusBeta1));
    const u = (fault === 'newMInDirection' ? m : fault === 'plainSign' ? g : averaged).sign();
    const du = u.mul(dlr);
    const q = fault === 'qIsBeta2' ? hyper.beta2 : derived.q;
    const oneMinusQ = fault === 'qIsBeta2' ? derived.oneMinusBeta2 : derived.oneMinusQ;
    const s = slots.s.mul(q).add((fault === 'gradientInSum' ? g.mul(dlr) : du).mul(oneMinusQ));
    const sum1 = sum(s.abs());
    const isUpdated = sum1.equal(0).logicalNot();
    const s1 = sum1.where(isUpdated, scalars.s1);
    const A = sum((fault === 'gradientInNumerator' ? g.mul(dlr) : du).mul(fault === 'newSInNumerator' ? s : slots.s));
    const N = scalars.N.mul(q).add(A.mul(oneMinusQ)).where(isUpdated, scalars.N);
    const ratio = N.div(s1.where(isUpdated, constant(1)));
    const dHat = (fault === 'biasedEstimate' ? ratio : ratio.div(oneMinusQ)).where(isUpdated, scalars.dHat);
    const dNew = d.maximum(dHat).where(isUpdated, d);
    const step = fault === 'newDInStep' ? u.mul(dNew.mul(L)) : du;
    const decayed = (fault === 'decayAfterStep' ? x.sub(step) : x).mul(hyper.weightDecay.mul(fault === 'decayWithoutD' ? L : dlr));
    return { x: x.sub(decayed).sub(step), slots: { m, s }, scalars: { d: dNew, N, dHat, s1 }, skip: isUpdated.logicalNot() };
  };
}

export const cases: OptimizerCases = {
  id: 'dadaptLion',
  scenarios: [
    { label: 'defaults', hyper: {} },
    // Steps larger than 1, so that the average, which carries them, may outweigh a gradient in the direction.
    { label: 'large steps', hyper: { d0: 2, lr: 1.5, beta1: 0.7, beta2: 0.8, weightDecay: 0.2 } },
    { label: 'small steps', hyper: { d0: 0.05, beta2: 0.8, weightDecay: 0.5 } },
  ],
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
