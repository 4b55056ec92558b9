import { grown } from '../dadapt/dadapt.ts';
import type { OptimizerCases } from '../testing/cases.ts';
import type { dadaptSgdProgram } from './dadaptSgd.ts';

const FAULTS = {
  normWithDecay: 'the norm of the first gradient contains the weight decay',
  presentNorm: 'every gradient is divided by its own norm',
  squaredNorm: 'the first gradient enters with its squared norm',
  newSInNumerator: 'the numerator uses the new s',
  factorMissing: 'the factor 2 of the estimate is missing',
  oneNorm: 'the estimate divides by the 1-norm of s',
  decayMissesNumerator: 'weight decay left out of the numerator',
  decayMissesSum: 'weight decay left out of s',
  rateMissesNumerator: 'the step left out of the numerator',
  growthUnlimited: 'growthRate ignored',
  momentumSwapped: 'momentum weighs the new point instead of the old one',
  stepFromX: 'the step starts at x instead of x0',
  oldS: 'the parameters follow the old s',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof dadaptSgdProgram.step {
  return ({ x, g: gradient, L, hyper, derived, table, slots, scalars, sum, constant }) => {
    const { d } = scalars;
    const g = gradient.add(x.mul(hyper.weightDecay));
    const squared = sum((fault === 'normWithDecay' ? g : gradient).square());
    const norm = fault === 'squaredNorm' ? squared : squared.sqrt();
    const isFirst = table.isFirst.greater(fault === 'presentNorm' ? -1 : 0);
    const g0Norm = norm.where(isFirst, scalars.g0Norm);
    const dlr = d.mul(L).div(constant(1).where(g0Norm.equal(0), g0Norm));
    const s = slots.s.add((fault === 'decayMissesSum' ? gradient : g).mul(dlr));
    const agreement = sum((fault === 'decayMissesNumerator' ? gradient : g).mul(fault === 'newSInNumerator' ? s : slots.s));
    const N = scalars.N.add(fault === 'rateMissesNumerator' ? agreement : dlr.mul(agreement));
    const s2 = fault === 'oneNorm' ? sum(s.abs()) : sum(s.square()).sqrt();
    const hasStep = g0Norm.equal(0).logicalNot().logicalAnd(s2.equal(0).logicalNot());
    const dHat = N.mul(fault === 'factorMissing' ? 1 : 2).div(constant(1).where(s2.equal(0), s2));
    const dNew = fault === 'growthUnlimited' ? d.maximum(dHat) : grown(d, dHat, hyper.growthRate);
    const z = (fault === 'stepFromX' ? x : slots.x0).sub(fault === 'oldS' ? slots.s : s);
    const [kept, taken] =
      fault === 'momentumSwapped' ? [derived.oneMinusMomentum, hyper.momentum] : [hyper.momentum, derived.oneMinusMomentum];
    const xNew = x.mul(kept).add(z.mul(taken));
    return {
      x: xNew,
      slots: { x0: slots.x0, s: s.where(hasStep, slots.s) },
      scalars: { d: dNew, N, dHat, s2, g0Norm },
      fails: hasStep.logicalNot(),
    };
  };
}

export const cases: OptimizerCases = {
  id: 'dadaptSgd',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'large steps', hyper: { d0: 0.5, lr: 0.7, momentum: 0.6, weightDecay: 0.5 } },
    { label: 'limited growth', hyper: { d0: 0.5, growthRate: 1.01 } },
  ],
  movesWhileIdle: 'It has no step where the learning rate is 0 at first: it would divide by the norm of a sum that is still zero.',
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
