import type { OptimizerCases } from '../testing/cases.ts';
import type { sgdProgram } from './sgd.ts';

const FAULTS = {
  dampenedFirst: 'the first gradient is dampened',
  noDampening: 'dampening ignored',
  noNesterov: 'Nesterov ignored',
  nesterovOldB: 'Nesterov with the old buffer',
  decayOutsideBuffer: 'coupled decay added after the buffer',
  decayUnscheduled: 'decoupled decay does not follow the learning rate',
  decoupleIgnored: 'decoupled decay treated as coupled',
  rateInBuffer: 'the learning rate goes into the buffer',
  dampenedWithoutMomentum: 'a buffer is kept at momentum 0',
} as const;

function variant(fault: keyof typeof FAULTS | null): typeof sgdProgram.step {
  return ({ x, g: gradient, L, hyper, derived, table, slots, option }) => {
    const isDecoupled = option.decouple === true && fault !== 'decoupleIgnored';
    const decay = x.mul(hyper.weightDecay);
    const g = isDecoupled || fault === 'decayOutsideBuffer' ? gradient : gradient.add(decay);
    const decayed = isDecoupled ? x.sub(x.mul(fault === 'decayUnscheduled' ? hyper.weightDecay : L.mul(hyper.weightDecay))) : x;
    const hasBuffer = fault === 'dampenedWithoutMomentum' ? hyper.momentum.greater(-1) : hyper.momentum.greater(0);
    const fresh = fault === 'noDampening' ? g : g.mul(derived.oneMinusDampening);
    const averaged = slots.b.mul(hyper.momentum).add(fault === 'rateInBuffer' ? fresh.mul(L) : fresh);
    const first = fault === 'dampenedFirst' ? fresh : g;
    const b = first.where(table.isFirst.greater(0), averaged).where(hasBuffer, slots.b);
    const isNesterov = option.nesterov === true && fault !== 'noNesterov';
    const direction = isNesterov ? g.add((fault === 'nesterovOldB' ? slots.b : b).mul(hyper.momentum)) : b;
    const step = direction.where(hasBuffer, g);
    const late = fault === 'decayOutsideBuffer' && !isDecoupled ? step.add(decay) : step;
    return { x: decayed.sub(late.mul(L)), slots: { b }, scalars: {} };
  };
}

export const cases: OptimizerCases = {
  id: 'sgd',
  scenarios: [
    { label: 'defaults', hyper: {} },
    { label: 'dampened, coupled decay', hyper: { lr: 0.2, momentum: 0.7, dampening: 0.4, weightDecay: 0.3 } },
    { label: 'Nesterov', hyper: { lr: 0.2, momentum: 0.7, nesterov: true, weightDecay: 0.1 } },
    { label: 'decoupled decay', hyper: { lr: 0.2, momentum: 0.7, weightDecay: 0.3, decouple: true } },
    { label: 'plain', hyper: { lr: 0.2, momentum: 0, dampening: 0.5 } },
  ],
  faultless: variant(null),
  faults: (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).map((fault) => ({ label: FAULTS[fault], step: variant(fault) })),
};
