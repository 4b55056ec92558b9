import { FUSED_ALIGN, type ParamLayout, planLayout } from '../../kernels/layout.ts';
import type { RunnerSpec, RunnerState } from '../../kernels/optimizer-runner.ts';
import { defaultHyper, type OptimizerDefinition } from '../definition.ts';
import { gradientsAt, startingPoints } from './gradients.ts';

/** Something that users do to an optimizer, by mistake or to see what happens. */
export interface Abuse {
  readonly label: string;
  readonly layout: ParamLayout;
  readonly steps: number;
  /** Overrides of the defaults; what a method does not have is left out. */
  readonly hyper?: Readonly<Record<string, number>>;
  /** Relative schedule multiplier of step t; 1 unless given. */
  readonly mult?: (t: number) => number;
  /** Changes an ordinary gradient of step t in place. */
  readonly spoil?: (g: Float64Array, t: number) => void;
  /** The differentiated loss of step t; 1 unless given. */
  readonly objective?: (t: number) => number;
}

const layout = planLayout(
  [
    { name: 'w', shape: [5, 8] },
    { name: 'b', shape: [8] },
  ],
  FUSED_ALIGN,
);
const oneParameter = planLayout([{ name: 'w', shape: [1] }], FUSED_ALIGN);
const STEPS = 6;

const scaleTo = (size: number) => (g: Float64Array) => {
  for (let i = 0; i < g.length; i += 1) g[i] = Math.fround((g[i] ?? 0) * size);
};

export const ABUSES: readonly Abuse[] = [
  { label: 'an all-zero gradient at step 1', layout, steps: STEPS, spoil: (g, t) => t === 0 && g.fill(0) },
  { label: 'all-zero gradients throughout', layout, steps: STEPS, spoil: (g) => g.fill(0) },
  { label: 'a loss of zero', layout, steps: STEPS, objective: () => 0 },
  { label: 'a negative loss', layout, steps: STEPS, objective: () => -10 },
  {
    label: 'a batch whose gradient has a NaN',
    layout,
    steps: STEPS,
    spoil: (g, t) => {
      if (t === 2) g[3] = Number.NaN;
    },
  },
  {
    label: 'a first batch whose gradient is all NaN',
    layout,
    steps: STEPS,
    spoil: (g, t) => t === 0 && g.fill(Number.NaN),
  },
  { label: 'a batch whose loss is NaN', layout, steps: STEPS, objective: (t) => (t === 2 ? Number.NaN : 1) },
  { label: 'gradients of 1e30', layout, steps: STEPS, spoil: scaleTo(1e30), objective: () => 1e30 },
  {
    label: 'one gradient of 1e30 among ordinary ones',
    layout,
    steps: STEPS,
    spoil: (g, t) => {
      if (t === 2) g[3] = 1e30;
    },
  },
  { label: 'gradients of 1e-30', layout, steps: STEPS, spoil: scaleTo(1e-30), objective: () => 1e-30 },
  { label: 'a learning rate of 0', layout, steps: STEPS, hyper: { lr: 0 } },
  { label: 'a schedule that is 0 throughout', layout, steps: STEPS, mult: () => 0 },
  { label: 'a schedule that starts and ends at 0', layout, steps: STEPS, mult: (t) => (t === 0 || t === STEPS - 1 ? 0 : 1) },
  { label: 'a horizon of 1 step', layout, steps: 1 },
  { label: 'one parameter', layout: oneParameter, steps: STEPS },
  { label: 'one parameter and no gradient', layout: oneParameter, steps: STEPS, spoil: (g) => g.fill(0) },
  { label: 'weight decay of 1', layout, steps: STEPS, hyper: { weightDecay: 1, weightDecayAtY: 1 } },
  {
    label: 'weight decay of 1 without gradients',
    layout,
    steps: STEPS,
    hyper: { weightDecay: 1, weightDecayAtY: 1 },
    spoil: (g) => g.fill(0),
  },
];

/** One run of a method under abuse, from an ordinary start. */
export function abusedSpec(definition: OptimizerDefinition, abuse: Abuse): RunnerSpec {
  const { program } = definition;
  const defaults = defaultHyper(definition);
  const overrides = Object.entries(abuse.hyper ?? {}).filter(([name]) => name in defaults);
  const hyper = { ...defaults, ...Object.fromEntries(overrides) };
  const mult = Float64Array.from({ length: abuse.steps }, (_, t) => abuse.mult?.(t) ?? 1);
  return {
    layout: abuse.layout,
    rows: [{ program, hyper, mult, horizonSteps: abuse.steps }],
    x0: startingPoints(abuse.layout, 1, 5),
    totalSteps: abuse.steps,
  };
}

/** What the run is given at step t: gradient (1, n) and objective (1), float32 numbers. */
export function abusedInputs(abuse: Abuse, t: number): { readonly grads: Float64Array; readonly objective: Float64Array } {
  const grads = gradientsAt('drift', abuse.layout, 1, 3, t);
  abuse.spoil?.(grads, t);
  return { grads, objective: Float64Array.of(Math.fround(abuse.objective?.(t) ?? 1)) };
}

/** Names of what is not finite in the one row of a state. */
export function brokenParts({ params, rows: [row] }: RunnerState, evalParams: ArrayLike<number>): readonly string[] {
  const parts = { parameters: params, 'evaluation point': evalParams, ...row?.slots, ...row?.scalars };
  return Object.entries(parts).flatMap(([name, values]) => (Array.from(values).every(Number.isFinite) ? [] : [name]));
}
