import type { OptimizerCases } from '../testing/cases.ts';
import type { dadaptDualAveragingProgram } from './dadaptDualAveraging.ts';

const FAULTS = {
  unweightedSum: "s sums the gradients without d, as the authors' post prints it",
  dInGamma: "gamma contains d, as the authors' post prints it",
  newGammaInWork: 'the work done uses the new gamma',
  oldGammaInStep: 'the step uses the old gamma',
  oldGammaInEstimate: 'the estimate uses the old gamma',
  weightNotSquared: 'the work done counts the weight once instead of squared',
  halfMissing: 'the factor 1/2 of the estimate is missing',
  oneNorm: 'the estimate divides by the 1-norm of s',
  workAdded: 'the work done is added to the numerator',
  stepFromX: 'the step starts at x instead of x0',
  scheduleIgnored: 'the weight does not follow the schedule',
  averageOfNew: 'the average takes the new point',
  plainAverage: 'the average is not weighted',
  mayFall: 'd follows the estimate down',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof dadaptDualAveragingProgram.step {
  return ({ x, g, L, slots, scalars, sum, constant }) => {
    const { d } = scalars;
    const g2 = sum(g.square());
    const sumG2 = scalars.G2.add(g2);
    const isMoving = L.greater(0);
    const isUpdated = sumG2.equal(0).logicalNot().logicalAnd(isMoving);
    const G2 = sumG2.where(isUpdated, scalars.G2);
    const gamma = (fault === 'dInGamma' ? d : constant(1)).div(G2.sqrt().where(isUpdated, constant(1))).where(isUpdated, scalars.gamma);
    const gammaOld = fault === 'newGammaInWork' ? gamma : gamma.where(scalars.G2.equal(0), scalars.gamma);

    const w = fault === 'scheduleIgnored' ? d : d.mul(L);
    const added = fault === 'plainAverage' ? L : w;
    const W = scalars.W.add(added).where(isUpdated, scalars.W);
    const share = added.div(W.where(isUpdated, constant(1)));
    const s = slots.s.add(fault === 'unweightedSum' ? g : g.mul(w)).where(isMoving, slots.s);
    const work = fault === 'weightNotSquared' ? w : w.square();
    const Q = scalars.Q.add(gammaOld.mul(work).mul(g2)).where(isUpdated, scalars.Q);
    const squared = sum(s.square());
    const s2 = fault === 'oneNorm' ? sum(s.abs()) : squared.sqrt();
    const hasSum = s2.equal(0).logicalNot().logicalAnd(isUpdated);
    const way = (fault === 'oldGammaInEstimate' ? gammaOld : gamma).mul(squared);
    const dHat = (fault === 'workAdded' ? way.add(Q) : way.sub(Q))
      .div(s2.mul(fault === 'halfMissing' ? 1 : 2).where(hasSum, constant(1)))
      .where(hasSum, scalars.dHat);
    const dNew = fault === 'mayFall' ? dHat.maximum(0) : d.maximum(dHat);
    const step = s.mul(fault === 'oldGammaInStep' ? gammaOld : gamma);
    const xNew = (fault === 'stepFromX' ? x : slots.x0).sub(step).where(isUpdated, x);
    const point = fault === 'averageOfNew' ? xNew : x;
    const xHat = slots.xHat.add(point.sub(slots.xHat).mul(share)).where(isUpdated, slots.xHat);
    return {
      x: xNew,
      slots: { x0: slots.x0, s, xHat },
      scalars: { d: dNew, dHat, gamma, s2, G2, Q, W },
      skip: isUpdated.logicalNot(),
    };
  };
}

export const cases: OptimizerCases = {
  id: 'dadaptDualAveraging',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'large steps', hyper: { d0: 0.5 } },
  ],
  convergence: {
    steps: 1200,
    reason: 'From d0 = 1e-6 the estimate alone takes a few hundred steps to grow to the distance.',
  },
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
