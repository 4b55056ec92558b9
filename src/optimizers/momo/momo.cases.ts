import type { OptimizerCases } from '../testing/cases.ts';
import type { momoProgram } from './momo.ts';
import { faultyModel, MODEL_FAULTS, type ModelFault } from './momo-faults.ts';

const FAULTS = {
  ...MODEL_FAULTS,
  alongGradient: 'steps along the gradient, not its average',
  normOfGradient: 'divides by the norm of the gradient, not of its average',
  decayMissesStep: 'the step is not divided by p',
  decayBeforeStep: 'parameters shrink by 1 - L weightDecay instead of being divided',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof momoProgram.step {
  return ({ x, g, loss, L, hyper, table, slots, scalars, option, sum, constant }) => {
    const D = slots.D.mul(table.keep).add(g.mul(table.fresh));
    const sums = { Dx: sum(D.mul(x)), D2: sum((fault === 'normOfGradient' ? g : D).square()) };
    const modelFault = fault !== null && fault in MODEL_FAULTS ? (fault as ModelFault) : null;
    const flags = { useFstar: option.useFstar === true, divides: true };
    const { p, scalars: next } = faultyModel(modelFault, { ...sums, ...flags, loss, L, hyper, table, scalars, constant });
    const displacement = (fault === 'alongGradient' ? g : D).mul(next.tau);
    const moved = fault === 'decayMissesStep' ? x.div(p).sub(displacement) : x.sub(displacement).div(p);
    const shrunk = x.sub(x.mul(L.mul(hyper.weightDecay))).sub(displacement);
    return { x: fault === 'decayBeforeStep' ? shrunk : moved, slots: { D }, scalars: next };
  };
}

/** A model step below the cap, and a decay that matters. */
const sharp = { lr: 0.5, beta: 0.7, weightDecay: 0.6, lb: -2 };

export const cases: OptimizerCases = {
  id: 'momo',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'sharp', hyper: sharp },
    { label: 'bias correction', hyper: { ...sharp, biasCorrection: true } },
    { label: 'capped', hyper: { ...sharp, lr: 0.01, biasCorrection: true } },
    { label: 'adapted bound', hyper: { ...sharp, lb: -50, biasCorrection: true, useFstar: true } },
    { label: 'adapted bound from zero', hyper: { ...sharp, lb: 0, useFstar: true } },
    { label: 'adapted bound at the given one', hyper: { ...sharp, lr: 0.02, lb: 1, useFstar: true } },
  ],
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
