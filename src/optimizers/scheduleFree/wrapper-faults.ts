import type { Algebra } from '../../kernels/algebra.ts';
import type { HyperValues, StepOutput, StepProgram } from '../../kernels/step-program.ts';
import type { OptimizerCases, Scenario } from '../testing/cases.ts';
import { AVERAGING_FAULTS, averagingScenarios, moveWith, weighWith } from './averaging-faults.ts';
import type { WrappedBase, WrapperInput } from './wrapper.ts';

const FAULTS = {
  ...AVERAGING_FAULTS,
  baseAtY: 'the base steps from y',
  baseAtX: 'the base steps from x',
  decayAtZ: 'the decay at y acts at z',
  decayUnscheduled: 'the decay at y does not follow the learning rate',
  decayAfterBase: 'the base steps from z without the decay at y',
} as const;

/** Of bases that estimate a distance. */
const ESTIMATE_FAULTS = {
  weightsMissD: 'the weights ignore d',
  oldD: 'the weights use the old d',
  decayNotDisplaced: 'the displacement of the base misses the decay at y',
  firstDecayDisplaced: 'the displacement of the base starts before the first decay at y',
} as const;

function variant(base: WrappedBase, fault: string | null): StepProgram['step'] {
  return <T extends Algebra<T>>(input: unknown) => wrappedVariant<T>(base, fault, input as WrapperInput<T>);
}

function wrappedVariant<T extends Algebra<T>>(
  { program, displacement }: WrappedBase,
  fault: string | null,
  input: WrapperInput<T>,
): StepOutput<T> {
  const { x: y, L, hyper, derived, table, slots, scalars, constant } = input;
  const gap = slots.gap as T;
  const x = y.sub(gap.mul(derived.oneMinusBeta));
  const before = fault === 'baseAtY' ? y : fault === 'baseAtX' ? x : y.add(gap.mul(hyper.sfMomentum));
  const decayed = fault === 'decayAtZ' ? before : y;
  const decay = decayed.mul(fault === 'decayUnscheduled' ? hyper.weightDecayAtY : L.mul(hyper.weightDecayAtY));
  const z = fault === 'decayAfterBase' ? before : before.sub(decay);
  const name = displacement ?? '';
  const p = slots[name];
  const isFirst = constant(0).greater(scalars.lrMax);
  const begun = fault === 'decayNotDisplaced' ? p : fault === 'firstDecayDisplaced' ? p?.add(decay) : p?.where(isFirst, p.add(decay));
  const based = program.step<T>({ ...input, x: z, slots: begun === undefined ? slots : { ...slots, [name]: begun } });
  const moved = begun === undefined ? z.sub(based.x) : (based.slots[name] as T).sub(begun);
  const d = fault === 'oldD' ? (input.scalars as Readonly<Record<string, T>>).d : based.scalars.d;
  const rate = d === undefined || fault === 'weightsMissD' ? L : L.mul(d);
  const average = weighWith(fault, { rate, weight: table.weight, power: hyper.weightLrPower, scalars, constant });
  const u = decay.add(moved);
  const pull = average.c.mul(hyper.sfMomentum);
  const next = moveWith(fault, { y, gap, u, average, pull, oneMinusBeta: derived.oneMinusBeta });
  return {
    x: next.y,
    slots: { ...based.slots, gap: next.gap },
    scalars: { ...based.scalars, ...average },
    ...(based.skip ? { skip: based.skip } : {}),
  };
}

/** Cases of Schedule-Free around a base; `pace` makes the base's own steps large, `scenarios` are the base's. */
export function wrapperCases(id: string, base: WrappedBase, pace: HyperValues, scenarios: readonly Scenario[]): OptimizerCases {
  const faults: Readonly<Record<string, string>> = 'd' in base.program.scalars ? { ...FAULTS, ...ESTIMATE_FAULTS } : FAULTS;
  const own = { ...pace, sfMomentum: 0.6 };
  return {
    id,
    scenarios: [
      ...averagingScenarios(own),
      { label: 'decay at y', hyper: { ...own, weightDecayAtY: 0.4, weightDecay: 0.3 } },
      ...scenarios.map(({ label, hyper }) => ({ label, hyper: { ...own, ...hyper } })),
    ],
    faultless: variant(base, null),
    faults: Object.entries(faults).map(([fault, label]) => ({ label, step: variant(base, fault) })),
  };
}
