/**
 * Schedule-Free as a wrapper: a base optimizer steps from z with the gradient at y, and the average x takes the place of its momentum.
 *
 *   z <- z - L weightDecayAtY y;  z <- the base's step from z, with the gradient at y and its own decay at z
 *   rate = L d, with the base's d after its step if it estimates one, else L;  x and y as in averaging.ts, with beta = sfMomentum
 *
 * Paper: Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky, "The Road Less Scheduled" (arXiv 2405.15682).
 * Implementation followed: ScheduleFreeWrapperReference of facebookresearch/schedule_free 1.4.1.
 * Deviations:
 * - z - x is a buffer in place of z, see averaging.ts; the base steps from z = y + beta gap. Its step is read off its displacement where it
 *   keeps one, else off z, rounded as the base itself would round it.
 * - A base that counts its steps in the group shares the wrapper's counter in the package, which then advances by 2 per step: so do the
 *   weights t^r and the base's bias correction here. Steps that the base skips advance it by 1 there and not at all here; that shows only
 *   with r > 0 or bias correction.
 */
import type { Algebra } from '../../kernels/algebra.ts';
import { numberOf, type StepInput, type StepOutput, type StepProgram } from '../../kernels/step-program.ts';
import { averagingScalars, move, stepWeight, weigh } from './averaging.ts';
import averagingWgsl from './averaging.wgsl?raw';
import wgsl from './wrapper.wgsl?raw';

/** What a base does that its program alone does not say. */
export interface WrappedBase {
  readonly program: StepProgram;
  /** Its slot with the start minus its parameters, which the decay at y moves as well. */
  readonly displacement?: string;
  /** In the package it counts its steps where the wrapper counts its own. */
  readonly sharesCounter?: true;
}

const OWN_HYPER = ['sfMomentum', 'weightDecayAtY', 'r', 'weightLrPower'] as const;
const OWN_SLOT = 'gap';

/** The wrapper's own names, on top of whatever the base uses. */
export type WrapperInput<T> = StepInput<
  T,
  {
    readonly hyper: (typeof OWN_HYPER)[number];
    readonly option: string;
    readonly slot: string;
    readonly scalar: keyof typeof averagingScalars;
    readonly derived: 'oneMinusBeta';
    readonly table: 'weight';
  }
>;

/** Throws an error that names the base and what keeps it from being wrapped. */
function assertWrappable({ program, displacement }: WrappedBase): void {
  const clashes = [
    ...OWN_HYPER.filter((name) => program.rowHyper.includes(name) || program.blockHyper.includes(name)),
    ...Object.keys(averagingScalars).filter((name) => name in program.scalars),
    ...(OWN_SLOT in program.slots ? [OWN_SLOT] : []),
  ];
  const obstacles = [
    ...(program.segments === 'run' ? [] : ['scalars per tensor']),
    ...(program.evalPoint === undefined ? [] : ['an evaluation point of its own']),
    ...(program.failure === undefined ? [] : ['steps that do not exist']),
    ...(Object.values(program.slots).includes('params') ? ['a copy of the start'] : []),
    ...(program.recompute !== undefined && displacement === undefined ? ['a buffer that follows the parameters'] : []),
    ...(clashes.length === 0 ? [] : [`names of the wrapper's (${clashes.join(', ')})`]),
  ];
  if (obstacles.length > 0) throw new Error(`Schedule-Free cannot be put around "${program.id}": it has ${obstacles.join(' and ')}.`);
}

/** Puts Schedule-Free around a base. Bases that cannot be composed are refused by name. */
export function scheduleFreeProgram(id: string, base: WrappedBase): StepProgram {
  assertWrappable(base);
  const { program, sharesCounter } = base;
  const perStep = sharesCounter ? 2 : 1;
  return {
    id,
    rowHyper: [...program.rowHyper, ...OWN_HYPER],
    blockHyper: program.blockHyper,
    slots: { ...program.slots, [OWN_SLOT]: 'zero' },
    scalars: { ...program.scalars, ...averagingScalars },
    segments: 'run',
    derived: (hyper) => ({ ...program.derived?.(hyper), oneMinusBeta: 1 - numberOf(hyper, 'sfMomentum') }),
    table: (hyper, k) => ({ ...program.table?.(hyper, perStep * k), weight: stepWeight(hyper, perStep * (k + 1)) }),
    step: (input) => wrappedStep(base, input as WrapperInput<typeof input.x>),
    evalPoint: ({ x: y, slots, derived }) => y.sub((slots.gap as typeof y).mul(derived.oneMinusBeta as typeof y)),
    ...(program.readsLoss ? { readsLoss: true } : {}),
    fused: {
      wgsl: [averagingWgsl, baseWgsl(base), wgsl].join('\n'),
      sums: program.fused.sums,
      ...(program.fused.gather ? { gather: 'scheduleFreeOverGather' } : {}),
      decide: 'scheduleFreeOverDecide',
      apply: 'scheduleFreeOverApply',
      evalPoint: 'scheduleFreeOverPoint',
    },
  };
}

/** The base's functions under the names that wrapper.wgsl calls. Where it reads its displacement, it gets the decay at y with it. */
function baseWgsl({ program: { fused, scalars }, displacement }: WrappedBase): string {
  const read = `slot(e, SLOT_${displacement})`;
  return [
    displacement === undefined ? fused.wgsl : fused.wgsl.replaceAll(read, 'baseDisplacement(e)'),
    ...(displacement === undefined
      ? []
      : [displacedWgsl, `fn baseDisplacement(e: Element) -> vec4f {\n  return scheduleFreeDisplaced(e, ${read});\n}`]),
    ...(fused.gather === undefined
      ? []
      : [`fn baseGather(e: Element, x: vec4f, g: vec4f) -> Shares {\n  return ${fused.gather}(e, x, g);\n}`, gatherWgsl]),
    `fn baseDecide(row: Row, sums: array<f32, SUMS>) {${fused.decide === undefined ? '' : `\n  ${fused.decide}(row, sums);\n`}}`,
    `fn baseEstimate(row: Row) -> f32 {\n  return ${'d' in scalars ? 'scalarNew(row, SCALAR_d)' : '1.0'};\n}`,
    displacement === undefined
      ? `fn baseStep(e: Element, z: vec4f, g: vec4f) -> vec4f {\n  return ${fused.step === undefined ? `z - ${fused.apply}` : fused.step}(e, z, g);\n}`
      : displacedStep(fused.apply, displacement),
  ].join('\n\n');
}

/** The step as the base adds it to its displacement: z itself has too few digits for the early steps of an estimate. */
const displacedStep = (apply: string, displacement: string) => `fn baseStep(e: Element, z: vec4f, g: vec4f) -> vec4f {
  let before = baseDisplacement(e);
  _ = ${apply}(e, z, g);
  // A skipped step leaves the displacement where the decay has brought it.
  if (skip(e.row)) {
    setSlot(e, SLOT_${displacement}, before);
    return vec4f(0.0);
  }
  return slot(e, SLOT_${displacement}) - before;
}`;

const gatherWgsl = `fn scheduleFreeOverGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  return baseGather(e, scheduleFreeBefore(e, x, slot(e, SLOT_gap), scheduleFreeDecay(e, x)), g);
}
`;

// The base has captured its start after the first decay, so that this one is no part of its displacement.
const displacedWgsl = `fn scheduleFreeDisplaced(e: Element, p: vec4f) -> vec4f {
  if (scalarOld(e.row, SCALAR_lrMax) < 0.0) {
    return p;
  }
  return p + scheduleFreeDecay(e, paramsBuffer[e.params]);
}
`;

/** The base's step at z: what it leaves, and what it takes off z. */
function baseStep<T extends Algebra<T>>(
  { program, displacement }: WrappedBase,
  input: WrapperInput<T>,
  z: T,
  decay: T,
): { readonly based: StepOutput<T>; readonly moved: T } {
  const { slots, scalars, constant } = input;
  const p = displacement === undefined ? undefined : slots[displacement];
  if (displacement === undefined || p === undefined) {
    const based = program.step<T>({ ...input, x: z });
    return { based, moved: z.sub(based.x) };
  }
  // The base has captured its start after the first decay, so that this one is no part of its displacement.
  const before = p.where(constant(0).greater(scalars.lrMax), p.add(decay));
  const based = program.step<T>({ ...input, x: z, slots: { ...slots, [displacement]: before } });
  // z itself has too few digits for the early steps of an estimate.
  return { based, moved: (based.slots[displacement] as T).sub(before) };
}

function wrappedStep<T extends Algebra<T>>(base: WrappedBase, input: WrapperInput<T>): StepOutput<T> {
  const { x: y, L, hyper, derived, table, slots, scalars, constant } = input;
  const gap = slots.gap as T;
  const decay = y.mul(L.mul(hyper.weightDecayAtY));
  const z = y.add(gap.mul(hyper.sfMomentum)).sub(decay);
  const { based, moved } = baseStep(base, input, z, decay);
  const { d } = based.scalars;
  const rate = d === undefined ? L : L.mul(d);
  const average = weigh({ rate, weight: table.weight, power: hyper.weightLrPower, scalars, constant });
  const u = decay.add(moved);
  const next = move({ y, gap, u, average, pull: average.c.mul(hyper.sfMomentum), oneMinusBeta: derived.oneMinusBeta });
  return {
    x: next.y,
    slots: { ...based.slots, gap: next.gap },
    scalars: { ...based.scalars, ...average },
    ...(based.skip ? { skip: based.skip } : {}),
  };
}
