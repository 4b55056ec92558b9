import { faultyModel, MODEL_FAULTS, type ModelFault } from '../momo/momo-faults.ts';
import type { OptimizerCases } from '../testing/cases.ts';
import type { momoAdamProgram } from './momoAdam.ts';

const FAULTS = {
  ...MODEL_FAULTS,
  plainNorm: 'the squared norm is not divided by K',
  squaredNorm: 'the squared norm is of D / K',
  noBc2: 'second bias correction missing',
  epsInside: 'eps inside the root',
  correctedFirstMoment: 'D is corrected by itself as well',
  alongD: 'steps along D, not D / K',
  divideIgnored: 'divide ignored',
  decayMissesStep: 'the step is not divided by p',
  decayUnscheduled: 'decoupled decay does not follow the cap',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof momoAdamProgram.step {
  return ({ x, g, loss, L, hyper, derived, table, slots, scalars, option, sum, constant }) => {
    const D = slots.D.mul(table.keep).add(g.mul(table.fresh));
    const v = slots.v.mul(hyper.beta2).add(g.square().mul(derived.oneMinusBeta2));
    const corrected = fault === 'noBc2' ? v : v.div(table.bc2);
    const K = fault === 'epsInside' ? corrected.add(hyper.eps).sqrt() : corrected.sqrt().add(hyper.eps);
    const direction = (fault === 'correctedFirstMoment' ? D.div(table.rho) : D).div(K);
    const D2 = fault === 'plainNorm' ? D.square() : fault === 'squaredNorm' ? direction.square() : D.mul(direction);
    const modelFault = fault !== null && fault in MODEL_FAULTS ? (fault as ModelFault) : null;
    const sums = { Dx: sum(D.mul(x)), D2: sum(D2) };
    const flags = { useFstar: option.useFstar === true, divides: option.divide === true };
    const { p, scalars: next } = faultyModel(modelFault, { ...sums, ...flags, loss, L, hyper, table, scalars, constant });
    const displacement = (fault === 'alongD' ? D : direction).mul(next.tau);
    const decay = x.mul(fault === 'decayUnscheduled' ? hyper.weightDecay : L.mul(hyper.weightDecay));
    const divided = fault === 'decayMissesStep' ? x.div(p).sub(displacement) : x.sub(displacement).div(p);
    const isDivided = option.divide === true || fault === 'divideIgnored';
    return { x: isDivided ? divided : x.sub(decay.add(displacement)), slots: { D, v }, scalars: next };
  };
}

/** A model step below the cap, and a decay and an eps that matter. */
const sharp = { lr: 0.5, beta1: 0.7, beta2: 0.9, eps: 0.2, weightDecay: 0.6, lb: -2 };

export const cases: OptimizerCases = {
  id: 'momoAdam',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'sharp', hyper: sharp },
    { label: 'AdamW decay', hyper: { ...sharp, divide: false } },
    { label: 'capped', hyper: { ...sharp, lr: 0.01 } },
    { label: 'adapted bound', hyper: { ...sharp, lb: -50, useFstar: true } },
    { label: 'adapted bound from zero', hyper: { ...sharp, lb: 0, useFstar: true } },
    { label: 'adapted bound at the given one', hyper: { ...sharp, lr: 0.02, lb: 1, useFstar: true } },
  ],
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
