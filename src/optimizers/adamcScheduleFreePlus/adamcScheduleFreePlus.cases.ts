import { AVERAGING_FAULTS, averagingScenarios, moveWith, weighWith } from '../scheduleFree/averaging-faults.ts';
import type { OptimizerCases } from '../testing/cases.ts';
import type { adamcScheduleFreePlusProgram } from './adamcScheduleFreePlus.ts';

// Its largest learning rate starts at eps, not at 0, so that no step is without weight.
const { evenAtZero: _evenAtZero, powerZeroAtZero: _powerZeroAtZero, ...AVERAGING } = AVERAGING_FAULTS;

const FAULTS = {
  ...AVERAGING,
  noCorrection: 'the loss is not corrected by <g, z - x>',
  correctionWithoutB: 'the correction lacks sf_beta1',
  negativeStep: 'the step follows a corrected loss below 0',
  rateFromMean: '1-norm of the gradient not scaled by sqrt(pi / 2)',
  gFromRaw: 'the norm of the gradient is not bias-corrected',
  noGFloor: 'the multiplier has no floor at eps',
  decayLinear: 'weight decay scaled by the step, not its square',
  decayAtZ: 'weight decay acts at z',
  noBc1: 'first bias correction missing',
  noBc2: 'second bias correction missing',
  epsInside: 'eps inside the root',
  noCWarmup: 'the warmup of the average ignored',
  cWarmupCounts: 'weights count during the warmup of the average',
  oldB: 'y does not follow the annealing of sf_beta1',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof adamcScheduleFreePlusProgram.step {
  return ({ x: y, g, loss, L, hyper, derived, table, slots, scalars, sum, constant }) => {
    const B = table.oneMinusB.neg().add(1);
    const ip = fault === 'correctionWithoutB' ? sum(g.mul(slots.gap)) : sum(g.mul(slots.gap)).mul(B);
    const F = fault === 'noCorrection' ? loss : loss.add(ip);
    const share = fault === 'rateFromMean' ? hyper.polyakBeta.neg().add(1) : derived.normShare;
    const averaged = scalars.G.mul(hyper.polyakBeta).add(sum(g.abs()).mul(share));
    const G = fault === 'gFromRaw' ? averaged : averaged.div(table.bcG);
    const fails = G.equal(0);
    const exists = fails.logicalNot();
    const factor = fault === 'noGFloor' ? L : L.maximum(hyper.eps);
    const rate = factor.mul(fault === 'negativeStep' ? F : F.maximum(0)).div(G.where(exists, constant(1)));
    const weighed = weighWith(fault, { rate, weight: table.weight, power: hyper.weightLrPower, scalars, constant });
    const isAveraging = fault === 'noCWarmup' ? constant(1).greater(0) : table.isAveraging.greater(0);
    const average = {
      lrMax: weighed.lrMax,
      sumW: fault === 'cWarmupCounts' ? weighed.sumW : weighed.sumW.where(isAveraging, scalars.sumW),
      c: weighed.c.where(isAveraging, constant(1)),
      kept: weighed.kept.where(isAveraging, constant(0)),
    };
    const m = slots.m.mul(hyper.beta1).add(g.mul(derived.oneMinusBeta1)).where(exists, slots.m);
    const v = slots.v.mul(hyper.beta2).add(g.square().mul(derived.oneMinusBeta2)).where(exists, slots.v);
    const corrected = fault === 'noBc2' ? v : v.div(table.bc2);
    const root = fault === 'epsInside' ? corrected.add(hyper.eps).sqrt() : corrected.sqrt().add(hyper.eps);
    const direction = (fault === 'noBc1' ? m : m.div(table.bc1)).div(root);
    const decayed = fault === 'decayAtZ' ? y.add(slots.gap.mul(scalars.oneMinusB.neg().add(1))) : y;
    const strength = fault === 'decayLinear' ? rate : rate.square();
    const u = decayed.mul(strength.mul(hyper.weightDecay)).add(direction.mul(rate));
    const follows = fault === 'oldB' ? constant(0) : table.oneMinusB.sub(scalars.oneMinusB);
    const pull = average.c.mul(B).add(follows);
    const moved = moveWith(fault, { y, gap: slots.gap, u, average, pull, oneMinusBeta: table.oneMinusB });
    return {
      x: moved.y,
      slots: { gap: moved.gap, m, v },
      scalars: { rate, G, F, ip, oneMinusB: table.oneMinusB, ...average },
      fails,
    };
  };
}

/**
 * Steps at which the correction of the loss matters: given gradients do not vanish as it grows, so the steps feed on it, and with decay
 * they would leave float32. Decay has calmer settings of its own.
 */
const pace = { lr: 20, beta1: 0.8, beta2: 0.9, eps: 1e-3, sfBeta1: 0.6, weightDecay: 0 };
const calm = { ...pace, lr: 1.5, weightDecay: 2 };

export const cases: OptimizerCases = {
  id: 'adamcScheduleFreePlus',
  scenarios: [
    ...averagingScenarios(pace),
    { label: 'decay', hyper: calm },
    { label: 'averaged norm', hyper: { ...calm, polyakBeta: 0.6 } },
    { label: 'annealed', hyper: { ...pace, annealSteps: 12, sfBeta1Max: 0.95 } },
    { label: 'late average', hyper: { ...pace, cWarmup: 5 } },
    { label: 'plain average', hyper: { ...calm, sfBeta1: 0 } },
  ],
  movesWhileIdle: 'Its multiplier has a floor at eps, as in the package: a schedule of 0 leaves steps of 1e-8.',
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
