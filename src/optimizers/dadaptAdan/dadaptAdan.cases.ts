import { grown } from '../dadapt/dadapt.ts';
import type { OptimizerCases } from '../testing/cases.ts';
import type { dadaptAdanProgram } from './dadaptAdan.ts';

const FAULTS = {
  firstDifference: 'the first gradient is a difference from zero',
  signOfDifference: 'the difference of gradients has the wrong sign',
  differenceWithoutStep: 'the average of differences lacks the step',
  plainSecondMoment: 'the second moment leaves the difference out',
  fullDifference: 'the second moment takes the difference in full, without beta2',
  fullLookahead: 'the step takes the average of differences in full, without beta2',
  noLookahead: 'the step leaves the average of differences out',
  biasedWay: 'the 1 - beta3 of s is not divided out',
  workWithoutShare: 'the work done lacks the 1 - beta3',
  workUndecayed: 'the work done does not decay',
  rateNotSquared: 'the work done counts the step once instead of squared',
  twoNorm: 'the estimate divides by the 2-norm of s',
  epsInside: 'eps inside the root',
  decayWithoutD: 'weight decay does not follow d',
  proxIgnored: 'the step is decayed as without prox',
  noProxIgnored: 'noProx ignored',
  newDInDecay: 'weight decay uses the new d',
  growthUnlimited: 'growthRate ignored',
  idleEstimate: 'the estimate changes although the schedule is 0',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof dadaptAdanProgram.step {
  return ({ x, g, L, hyper, derived, table, slots, scalars, option, sum, constant }) => {
    const { d } = scalars;
    const dlr = d.mul(L);
    const isFirst = table.isFirst.greater(fault === 'firstDifference' ? 1 : 0);
    const difference = g.sub(g.where(isFirst, slots.p));
    const D = fault === 'signOfDifference' ? difference.neg() : difference;
    const m = slots.m.mul(hyper.beta1).add(g.mul(dlr).mul(derived.oneMinusBeta1));
    const e = slots.e.mul(hyper.beta2).add((fault === 'differenceWithoutStep' ? D : D.mul(dlr)).mul(derived.oneMinusBeta2));
    const ahead = fault === 'plainSecondMoment' ? g : g.add(fault === 'fullDifference' ? D : D.mul(hyper.beta2));
    const v = slots.v.mul(hyper.beta3).add(ahead.square().mul(derived.oneMinusBeta3));
    const s = slots.s.mul(hyper.beta3).add(g.mul(dlr).mul(derived.oneMinusBeta3));
    const r = fault === 'epsInside' ? v.add(hyper.eps).sqrt() : v.sqrt().add(hyper.eps);
    const sum1 = fault === 'twoNorm' ? sum(s.square()).sqrt() : sum(s.abs());
    const isUpdated = sum1.equal(0).logicalNot();
    const isEstimated = fault === 'idleEstimate' ? isUpdated : isUpdated.logicalAnd(L.greater(0));

    const rate = fault === 'rateNotSquared' ? dlr : dlr.square();
    const work = rate.mul(sum(g.square().div(r)));
    const share = fault === 'workWithoutShare' ? work : work.mul(derived.oneMinusBeta3);
    const G = (fault === 'workUndecayed' ? scalars.G : scalars.G.mul(hyper.beta3)).add(share).where(isUpdated, scalars.G);
    const s1 = sum1.where(isUpdated, scalars.s1);
    const way = sum(s.square().div(r));
    const S = fault === 'biasedWay' ? way : way.div(derived.oneMinusBeta3);
    const dHat = S.sub(G)
      .div(s1.where(isUpdated, constant(1)))
      .where(isEstimated, scalars.dHat);
    const larger = fault === 'growthUnlimited' ? d.maximum(dHat) : grown(d, dHat, hyper.growthRate);
    const dNew = larger.where(isEstimated, d);

    const differences = fault === 'noLookahead' ? e.mul(0) : fault === 'fullLookahead' ? e : e.mul(hyper.beta2);
    const move = m.add(differences).div(r);
    const decay = hyper.weightDecay.mul(fault === 'decayWithoutD' ? L : fault === 'newDInDecay' ? dNew.mul(L) : dlr);
    const noProx = fault === 'proxIgnored' || (option.noProx === true && fault !== 'noProxIgnored');
    const moved = noProx ? x.sub(x.mul(decay)).sub(move) : x.sub(move).div(decay.add(1));
    return {
      x: moved.where(isUpdated, x),
      slots: { m, e, v, s, p: g },
      scalars: { d: dNew, G, s1, dHat },
      skip: isUpdated.logicalNot(),
    };
  };
}

/** d as large as the parameters, and an eps that matters. */
const sharp = { d0: 0.2, eps: 0.1, beta1: 0.8, beta2: 0.7, beta3: 0.9, weightDecay: 0.5, lr: 0.8 };

export const cases: OptimizerCases = {
  id: 'dadaptAdan',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'sharp', hyper: sharp },
    { label: 'no prox', hyper: { ...sharp, noProx: true } },
    { label: 'limited growth', hyper: { d0: 0.01, beta3: 0.9, growthRate: 1.01 } },
  ],
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
