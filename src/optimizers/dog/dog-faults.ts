import type { OptimizerCases } from '../testing/cases.ts';
import type { dogProgram } from './dog.ts';

type DogStep = ReturnType<typeof dogProgram>['step'];

const FAULTS = {
  epsEachStep: 'eps added in every step',
  withoutOne: 'reps_rel scales the norm of the start without the 1',
  notTheMaximum: 'rbar is the present distance, not the largest one',
  withoutRoot: 'eta is divided by G instead of its root',
  lastGradientOnly: 'G is the last gradient only',
  coupledMissesSum: 'coupled decay left out of G',
  coupledMissesStep: 'coupled decay left out of the step',
  scheduledInit: 'multiplier and schedule act on init_eta',
  initKeepsDistance: 'reps_rel counts beside init_eta',
  oldRbar: 'eta uses the rbar of the step before',
  averageLags: 'the average takes the point before the step',
  gammaIgnored: 'all points weigh the same in the average',
  displacementFlipped: 'the displacement has the wrong sign',
} as const;

function variant(fault: keyof typeof FAULTS | null): DogStep {
  return ({ x, g: gradient, L, hyper, table, slots, scalars, sum, spread }) => {
    const g = gradient.add(x.mul(hyper.weightDecay));
    const isFirst = table.isFirst.greater(0);
    const far = sum(x.where(isFirst, slots.p).square()).sqrt();
    const reps = fault === 'initKeepsDistance' ? hyper.repsRel : table.reps;
    const start = fault === 'withoutOne' ? far : far.add(1);
    const largest = fault === 'notTheMaximum' ? far : scalars.rbar.maximum(far);
    const rbar = start.mul(reps).where(isFirst, largest);
    const before = fault === 'lastGradientOnly' ? scalars.G.mul(0) : scalars.G;
    const total = before.add(sum((fault === 'coupledMissesSum' ? gradient : g).square()));
    const G = fault === 'epsEachStep' ? total.add(hyper.eps) : total;
    const ratio = (fault === 'oldRbar' ? scalars.rbar : rbar).mul(L).div(fault === 'withoutRoot' ? G : G.sqrt());
    const eta = ratio.add(fault === 'scheduledInit' ? table.eta0.mul(L) : table.eta0);
    const displacement = (fault === 'coupledMissesStep' ? gradient : g).mul(spread(eta));
    const p = fault === 'displacementFlipped' ? slots.p.sub(displacement) : slots.p.add(displacement);
    // w = (gamma + 1) / (gamma + t) gives 1 / t = w / (gamma + 1 - gamma w), which weighs all alike.
    const w = fault === 'gammaIgnored' ? table.w.div(hyper.gamma.add(1).sub(hyper.gamma.mul(table.w))) : table.w;
    const pBar = slots.pBar.add((fault === 'averageLags' ? slots.p : p).sub(slots.pBar).mul(w));
    return { x: x.sub(displacement), slots: { p, pBar }, scalars: { rbar, G, eta } };
  };
}

/** Distances and an eps that matter. */
const sharp = { lr: 0.7, repsRel: 0.3, eps: 0.5, weightDecay: 0.3, gamma: 2 };

/** Cases of DoG, over the run or per tensor. */
export function dogCases(id: string): OptimizerCases {
  return {
    id,
    scenarios: [
      { label: 'defaults', hyper: {} },
      { label: 'sharp', hyper: sharp },
      { label: 'given first step', hyper: { ...sharp, initEta: 0.2 } },
      { label: 'uniform average', hyper: { ...sharp, weightDecay: 0, gamma: 0 } },
    ],
    faultless: variant(null),
    faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
  };
}
