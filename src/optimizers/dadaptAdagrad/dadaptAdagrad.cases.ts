import { grown } from '../dadapt/dadapt.ts';
import type { OptimizerCases } from '../testing/cases.ts';
import type { dadaptAdagradProgram } from './dadaptAdagrad.ts';

const FAULTS = {
  oldA: 'the root is of the old sum of squares',
  noRoot: 'the sum of squares instead of its root',
  epsInside: 'eps inside the root',
  rateNotSquared: 'the work done counts the step once instead of squared',
  factorMissing: 'the factor 2 of the numerator is missing',
  newSInNumerator: 'the numerator uses the new s',
  nothingLost: 'the numerator forgets that A has grown',
  rateMissesNumerator: 'the step left out of the numerator',
  numeratorForgotten: 'the numerator counts the last step only',
  twoNorm: 'the estimate divides by the 2-norm of s',
  decayMissesA: 'weight decay left out of the sum of squares',
  decayMissesSum: 'weight decay left out of s',
  growthUnlimited: 'growthRate ignored',
  momentumSwapped: 'momentum weighs the new point instead of the old one',
  stepFromX: 'the step starts at x instead of x0',
  idleEstimate: 'the estimate changes although the schedule is 0',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof dadaptAdagradProgram.step {
  return ({ x, g: gradient, L, hyper, derived, slots, scalars, sum, constant }) => {
    const { d } = scalars;
    const dlr = d.mul(L);
    const g = gradient.add(x.mul(hyper.weightDecay));
    const A = slots.A.add((fault === 'decayMissesA' ? gradient : g).square());
    const s = slots.s.add((fault === 'decayMissesSum' ? gradient : g).mul(dlr));
    const used = fault === 'oldA' ? slots.A : A;
    const [root, rootOld] = fault === 'noRoot' ? [used, slots.A] : [used.sqrt(), slots.A.sqrt()];
    const r = fault === 'epsInside' ? used.add(hyper.eps).sqrt() : root.add(hyper.eps);
    const rOld = rootOld.add(hyper.eps);
    const sum1 = fault === 'twoNorm' ? sum(s.square()).sqrt() : sum(s.abs());
    const isUpdated = sum1.equal(0).logicalNot();
    const isEstimated = fault === 'idleEstimate' ? isUpdated : isUpdated.logicalAnd(L.greater(0));

    const squared = g.square();
    const decline = slots.s.square().mul(squared).div(root.add(rootOld)).div(rOld);
    const lost = fault === 'nothingLost' ? decline.mul(0) : decline;
    const rate = fault === 'rateMissesNumerator' ? constant(1) : dlr;
    const gained = g.mul(fault === 'newSInNumerator' ? s : slots.s).mul(fault === 'factorMissing' ? rate : rate.mul(2));
    const change = sum(gained.sub(lost).div(r));
    const N = (fault === 'numeratorForgotten' ? change : scalars.N.add(change)).where(isUpdated, scalars.N);
    const work = fault === 'rateNotSquared' ? dlr : dlr.square();
    const G = scalars.G.add(work.mul(sum(squared.div(r)))).where(isUpdated, scalars.G);
    const s1 = sum1.where(isUpdated, scalars.s1);
    const dHat = N.div(s1.where(isUpdated, constant(1))).where(isEstimated, scalars.dHat);
    const larger = fault === 'growthUnlimited' ? d.maximum(dHat) : grown(d, dHat, hyper.growthRate);
    const dNew = larger.where(isEstimated, d);
    const z = (fault === 'stepFromX' ? x : slots.x0).sub(s.div(r));
    const [kept, taken] =
      fault === 'momentumSwapped' ? [derived.oneMinusMomentum, hyper.momentum] : [hyper.momentum, derived.oneMinusMomentum];
    const xNew = x.mul(kept).add(z.mul(taken)).where(isUpdated, x);
    return { x: xNew, slots: { x0: slots.x0, A, s }, scalars: { d: dNew, N, G, s1, dHat }, skip: isUpdated.logicalNot() };
  };
}

export const cases: OptimizerCases = {
  id: 'dadaptAdagrad',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'large steps', hyper: { d0: 0.2, lr: 0.7, momentum: 0.6, weightDecay: 0.5, eps: 0.1 } },
    // The estimate follows the multiplier, d alone does not: with a large one it passes d within a few steps.
    { label: 'limited growth', hyper: { d0: 0.2, lr: 5, growthRate: 1.01 } },
  ],
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
