import type { Algebra } from '../../kernels/algebra.ts';
import type { StepProgram } from '../../kernels/step-program.ts';
import type { AdamInput } from '../adam-family.ts';
import type { Fault, OptimizerCases, Scenario } from './cases.ts';

const FAULTS = {
  decayOfOtherKind: 'coupled weight decay decoupled, or the other way round',
  noBc2: 'second bias correction missing',
  epsInside: 'eps inside the root',
  epsBeforeCorrection: 'eps added before the second bias correction',
  vOfM: 'second moment of the average instead of the gradient',
  beta2ForM: 'beta2 decays the first moment',
} as const;

/** Wrong formulas for decoupled decay only: coupled decay has no place of its own in the step. */
const DECOUPLED_FAULTS = {
  decayAfterStep: 'weight decay acts on the moved parameters',
  decayUnscheduled: 'weight decay does not follow the learning rate',
} as const;

/** What a member may read: of the tables, each has some. */
type MemberInput<T> = AdamInput<T> & { readonly table: Readonly<Record<'bc1' | 'gShare' | 'mShare', T>> };

type FamilyFault = keyof typeof FAULTS | keyof typeof DECOUPLED_FAULTS;

/** What a member of the Adam family adds to the common step, and the wrong formulas in it. */
export interface AdamMember<Own extends string> {
  readonly id: string;
  readonly decay: 'coupled' | 'decoupled';
  /** Scenarios besides the common ones. */
  readonly scenarios?: readonly Scenario[];
  readonly ownFaults: Readonly<Record<Own, string>>;
  /** The numerator of the step with its bias correction, and what is stored as the first moment. */
  numerator<T extends Algebra<T>>(
    input: MemberInput<T>,
    moments: { readonly g: T; readonly m: T },
    fault: Own | null,
  ): { readonly numerator: T; readonly stored: T };
}

/** Settings in which each part of a step of the family shows. */
const large = { lr: 0.3, beta1: 0.8, beta2: 0.95, eps: 0.1, weightDecay: 0.2 };

/** Cases of one member of the Adam family. */
export function adamCases<Own extends string>(member: AdamMember<Own>): OptimizerCases {
  const familyFaults: Readonly<Record<string, string>> = { ...FAULTS, ...(member.decay === 'decoupled' ? DECOUPLED_FAULTS : {}) };
  const step = (fault: FamilyFault | Own | null): StepProgram['step'] => {
    const isFamily = fault !== null && fault in familyFaults;
    return <T extends Algebra<T>>(input: unknown) =>
      variant<T, Own>(member, isFamily ? (fault as FamilyFault) : null, isFamily ? null : (fault as Own | null), input as MemberInput<T>);
  };
  const faults = Object.entries({ ...familyFaults, ...member.ownFaults }).map(
    ([fault, label]): Fault => ({ label: String(label), step: step(fault as FamilyFault | Own) }),
  );
  return {
    id: member.id,
    scenarios: [
      { label: 'defaults', hyper: {} },
      { label: 'large steps', hyper: large },
      { label: 'no momentum, no decay', hyper: { lr: 0.1, beta1: 0, weightDecay: 0 } },
      ...(member.scenarios ?? []).map(({ label, hyper }) => ({ label, hyper: { ...large, ...hyper } })),
    ],
    faultless: step(null),
    faults,
  };
}

function variant<T extends Algebra<T>, Own extends string>(
  member: AdamMember<Own>,
  fault: FamilyFault | null,
  ownFault: Own | null,
  input: MemberInput<T>,
) {
  const { x, L, hyper, derived, table, slots } = input;
  const isDecoupled = (member.decay === 'decoupled') !== (fault === 'decayOfOtherKind');
  const g = isDecoupled ? input.g : input.g.add(x.mul(hyper.weightDecay));
  const m = slots.m.mul(fault === 'beta2ForM' ? hyper.beta2 : hyper.beta1).add(g.mul(derived.oneMinusBeta1));
  const v = slots.v.mul(hyper.beta2).add((fault === 'vOfM' ? m : g).square().mul(derived.oneMinusBeta2));
  const corrected = fault === 'noBc2' ? v : v.div(table.bc2);
  const root =
    fault === 'epsInside'
      ? corrected.add(hyper.eps).sqrt()
      : fault === 'epsBeforeCorrection'
        ? v.sqrt().add(hyper.eps).div(table.bc2.sqrt())
        : corrected.sqrt().add(hyper.eps);
  const { numerator, stored } = member.numerator(input, { g, m }, ownFault);
  const move = numerator.div(root).mul(L);
  const rate = fault === 'decayUnscheduled' ? hyper.weightDecay : L.mul(hyper.weightDecay);
  const decayed = isDecoupled ? x.sub((fault === 'decayAfterStep' ? x.sub(move) : x).mul(rate)) : x;
  return { x: decayed.sub(move), slots: { m: stored, v }, scalars: {} };
}
