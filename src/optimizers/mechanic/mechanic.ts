/**
 * Mechanic: learns a scale for the whole path of a base optimizer, by online learning on the base's own updates.
 *
 * State over n betas: s = r = v = 0, m = 1e-6 each; D = 0 is the sum of base updates, x0 the start. One step at x with raw gradient g:
 *   y = the base's new point from x;  u = y - x;  D as stored, or (x - x0) / (sSum + eps) with storeDelta off
 *   h = <D, g> + sDecay sSum |g| / (|y| + eps) <D, y>, with D before u is added and y after the base step
 *   D <- D + u;  m <- max(beta m, |h|);  v <- beta^2 v + h^2;  r <- max(0, beta r - s h), old s;  s <- (m sInit / n + r) / (sqrt(v) + eps)
 *   x <- x0 + max(sSum, 0) D,  sSum = sum of s
 *
 * Paper: Cutkosky, Defazio and Mehta, "Mechanic: A Learning Rate Tuner" (arXiv 2306.00144).
 * Implementation followed: optimizedlearning/mechanic 0.0.1.
 * Deviations:
 * - With storeDelta off, D is still a buffer, shrunk by sSum / (sSum + eps) each step: the same number as (x - x0) / (sSum + eps),
 *   which in float32 has almost no correct digits early on.
 */
import type { Algebra } from '../../kernels/algebra.ts';
import { type HyperValues, listOf, numberOf, type StepInput, type StepOutput, type StepProgram } from '../../kernels/step-program.ts';
import type { HyperTable, OptimizerDefinition, Preset } from '../definition.ts';
import { diagnoseMechanic } from './diagnose.ts';
import wgsl from './mechanic.wgsl?raw';

/** The base optimizer's program and form, and what the composition is called. */
export interface MechanicOptions {
  readonly id: string;
  readonly label: string;
  readonly base: OptimizerDefinition;
  /** Base hyperparameters whose default differs under Mechanic, e.g. a peak learning rate of 1. */
  readonly baseDefaults: Readonly<Record<string, number>>;
}

/** The tuner's own form; names and defaults of the package, `mechanicEps` being its `eps`. */
const tunerHyper = {
  sInit: {
    kind: 'number',
    label: 's_init',
    value: 1e-8,
    min: 1e-12,
    max: 1,
    scale: 'log',
    doc: 'Initial scale of the base updates, no unit. It should be too small; the tuner raises it.',
  },
  sDecay: {
    kind: 'number',
    label: 's_decay',
    value: 0.01,
    min: 0,
    max: 1,
    scale: 'linear',
    doc: "Pull of the scale towards zero (lambda in the paper), no unit. It is not the base optimizer's weight decay.",
  },
  betas: {
    kind: 'list',
    label: 'betas',
    value: [0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999],
    min: 0,
    max: 0.99999999,
    minLength: 1,
    maxLength: 8,
    doc: 'Decays of the tuners whose scales are added up, per step, no unit.',
  },
  mechanicEps: {
    kind: 'number',
    label: 'eps of the tuner',
    value: 1e-8,
    min: 1e-16,
    max: 1,
    scale: 'log',
    doc: 'Keeps the tuner from dividing by zero; in units of loss.',
  },
  storeDelta: {
    kind: 'flag',
    label: 'store_delta',
    value: false,
    doc: 'Keep the sum of base updates exactly. Off, the sum shrinks by s / (s + eps) in each step, which matters while s is tiny.',
  },
} as const satisfies HyperTable;

/** Initial value of the running maximum of |h|, per beta, in the package. */
const M_INIT = 1e-6;

/** Puts Mechanic around a base optimizer. Bases that need sums over parameters of their own are refused by name. */
export function mechanicProgram(id: string, base: StepProgram): StepProgram {
  const clash = base.fused.sums > 0 || Object.keys(base.scalars).length > 0 || base.segments !== 'run' || base.evalPoint !== undefined;
  if (clash) {
    throw new Error(
      `Mechanic cannot be put around "${base.id}": it needs a base without scalars, sums or an evaluation point of its own, such as sgd, adamw or nadamw.`,
    );
  }
  const perBeta = (value: number) => (hyper: HyperValues) => listOf(hyper, 'betas').map(() => value);
  const one = { init: () => 0 };
  return {
    id,
    rowHyper: [...base.rowHyper, 'sInit', 'sDecay', 'betas', 'mechanicEps'],
    blockHyper: [...base.blockHyper, 'storeDelta'],
    slots: { ...base.slots, x0: 'params', D: 'zero' },
    scalars: { s: { init: perBeta(0) }, r: { init: perBeta(0) }, v: { init: perBeta(0) }, m: { init: perBeta(M_INIT) }, sSum: one, h: one },
    segments: 'run',
    derived: (hyper) => ({ ...base.derived?.(hyper), sInitOverN: numberOf(hyper, 'sInit') / listOf(hyper, 'betas').length }),
    ...(base.table ? { table: base.table } : {}),
    step: (input) => mechanicStep(base, input as MechanicInput<typeof input.x>),
    recompute: (state) => recomputeSum(state as MechanicState<typeof state.x>),
    fused: {
      wgsl: [
        base.fused.wgsl,
        `fn baseUpdate(e: Element, x: vec4f, g: vec4f) -> vec4f {\n  return ${base.fused.apply}(e, x, g);\n}\n`,
        wgsl,
      ].join('\n'),
      sums: 4,
      gather: 'mechanicGather',
      decide: 'mechanicDecide',
      apply: 'mechanicApply',
    },
  };
}

/** The tuner's own names, on top of whatever the base uses. */
export type MechanicInput<T> = StepInput<
  T,
  {
    readonly hyper: 'sInit' | 'sDecay' | 'betas' | 'mechanicEps';
    readonly option: 'storeDelta';
    readonly slot: 'x0' | 'D';
    readonly scalar: 's' | 'r' | 'v' | 'm' | 'sSum';
    readonly derived: 'sInitOverN';
    readonly table: string;
  }
>;

type MechanicState<T> = Pick<MechanicInput<T>, 'x' | 'slots' | 'scalars' | 'option'>;

/** With storeDelta off the package keeps x alone: D as it was after the last step is (x - x0) / sSum. */
function recomputeSum<T extends Algebra<T>>({ x, slots, scalars, option }: MechanicState<T>): Readonly<Record<string, T>> {
  if (option.storeDelta) return {};
  return { D: x.sub(slots.x0).div(scalars.sSum).where(scalars.sSum.greater(0), slots.D) };
}

function mechanicStep<T extends Algebra<T>>(base: StepProgram, input: MechanicInput<T>): StepOutput<T> {
  const { x, g, hyper, derived, slots, scalars, option, sum } = input;
  const eps = hyper.mechanicEps;
  const { x0 } = slots;
  const { sSum } = scalars;
  const based = base.step<T>(input);
  const y = based.x;
  const u = y.sub(x);
  const D = option.storeDelta ? slots.D : slots.D.mul(sSum.div(sSum.add(eps)));

  const norm = (v: T): T => sum(v.square()).sqrt();
  const pull = hyper.sDecay.mul(sSum).mul(norm(g)).div(norm(y).add(eps));
  const h = sum(D.mul(g)).add(pull.mul(sum(D.mul(y))));
  const m = scalars.m.mul(hyper.betas).maximum(h.abs());
  const v = scalars.v.mul(hyper.betas.square()).add(h.square());
  const r = scalars.r.mul(hyper.betas).sub(scalars.s.mul(h)).maximum(0);
  const s = m.mul(derived.sInitOverN).add(r).div(v.sqrt().add(eps));
  const sSumNew = s.sum(1, true);
  const DNew = D.add(u);
  return {
    x: x0.add(DNew.mul(sSumNew.maximum(0))),
    slots: { ...based.slots, x0, D: DNew },
    scalars: { s, r, v, m, sSum: sSumNew, h },
  };
}

/** The definition of Mechanic around a base: the base's form and presets with the tuner's added. */
export function mechanic({ id, label, base, baseDefaults }: MechanicOptions): OptimizerDefinition {
  const baseHyper = Object.fromEntries(
    Object.entries(base.hyper).map(([name, spec]) => {
      const value = baseDefaults[name];
      return [name, spec.kind === 'number' && value !== undefined ? { ...spec, value } : spec];
    }),
  );
  const hyper: HyperTable = {
    ...baseHyper,
    ...(baseHyper.lr
      ? {
          lr: {
            ...baseHyper.lr,
            label: 'Base multiplier',
            doc: `Peak learning rate of ${base.label} inside Mechanic, which scales its path. 1 by default.`,
          },
        }
      : {}),
    ...tunerHyper,
  };
  const paper: Preset = {
    id: 'paper',
    label: 'Paper defaults',
    source: `Constructor defaults of optimizedlearning/mechanic 0.0.1 around ${base.label} with a peak learning rate of 1 and no weight decay.`,
    hyper: Object.fromEntries(Object.entries(hyper).map(([name, spec]) => [name, spec.value])),
  };
  return {
    id,
    label,
    family: 'free',
    kin: 'mechanic',
    paper: {
      title: 'Mechanic: A Learning Rate Tuner',
      authors: 'Cutkosky, Defazio, Mehta',
      year: 2023,
      arxiv: '2306.00144',
      algorithm: `Mechanic around ${base.label}`,
      implementation: 'optimizedlearning/mechanic 0.0.1',
    },
    deviations: [
      'With store_delta off, the sum of base updates is still a buffer of its own, shrunk by s / (s + eps) in each step: the same number, kept exact in float32.',
      ...base.deviations.map((line) => `${base.label}: ${line}`),
    ],
    hyper,
    presets: [
      paper,
      {
        id: 'optax',
        label: 's_init of optax',
        source: 'The default s_init of 1e-6 in optax.contrib.mechanize, in the formulas of the original package.',
        hyper: { sInit: 1e-6 },
      },
    ],
    traces: [
      {
        id: 'sSum',
        label: 's',
        unit: 'multiples of the base updates',
        meaning: 'Sum of the learned scales: the parameters are x0 plus s times the sum of base updates.',
        chart: 'distance',
      },
      {
        id: 'h',
        label: 'h',
        unit: 'loss units',
        meaning: 'What a larger scale would have done to the loss, to first order: negative asks for more, positive for less.',
        chart: 'state',
      },
      {
        id: 'r',
        label: 'Reward',
        unit: 'loss units',
        meaning: 'Sum of the decayed rewards of the tuners; the scale grows with it.',
        chart: 'state',
      },
    ],
    estimate: {
      kind: 'none',
      why: 's scales the path of the base optimizer; it is a multiple of base updates, not a distance.',
    },
    nominal: { label: 's x base multiplier', unit: base.nominal.unit, of: (values, L) => (values.sSum ?? Number.NaN) * L },
    diagnose: diagnoseMechanic,
    program: mechanicProgram(id, base.program),
  };
}
