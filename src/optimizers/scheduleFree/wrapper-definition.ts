import type { HyperTable, OptimizerDefinition, Preset } from '../definition.ts';
import { gapDeviation, points, scheduleFreePaper } from './averaging.ts';
import { averageTrace, CONSTANT, interpolation, largestRateTrace, weightHyper } from './averaging-hyper.ts';
import { scheduleFreeProgram, type WrappedBase } from './wrapper.ts';

export interface WrapperOptions extends Omit<WrappedBase, 'program'> {
  readonly id: string;
  readonly label: string;
  readonly base: OptimizerDefinition;
  /** Base hyperparameters whose default differs under Schedule-Free, such as a momentum of 0. */
  readonly baseDefaults: Readonly<Record<string, number>>;
  readonly deviations: readonly string[];
  readonly presets: readonly Preset[];
  readonly diagnose: OptimizerDefinition['diagnose'];
}

/** Label of the decay that the wrapper adds to the base's own. */
export const DECAY_AT_Y = 'Weight decay at y';

/** The wrapper's own form; `sfMomentum` is the package's momentum, which the base may have one of its own of. */
const wrapperHyper = {
  sfMomentum: {
    ...interpolation,
    label: 'Schedule-Free momentum',
    doc: 'Gradients are taken at y = momentum x + (1 - momentum) z, no unit. It replaces the momentum of the base, which should be 0.',
  },
  weightDecayAtY: {
    kind: 'number',
    label: DECAY_AT_Y,
    value: 0,
    min: 0,
    max: 10,
    scale: 'linear',
    doc: "Each step takes learning rate x schedule x this fraction of y off z, before the base's step. The base's own decay acts at z.",
  },
  ...weightHyper,
} as const satisfies HyperTable;

/** The definition of Schedule-Free around a base: the base's form and traces with those of the average. */
export function scheduleFreeOver(options: WrapperOptions): OptimizerDefinition {
  const { id, label, base, baseDefaults, deviations, presets, diagnose, ...wrapped } = options;
  const baseHyper = Object.fromEntries(
    Object.entries(base.hyper).map(([name, spec]) => {
      const value = baseDefaults[name];
      return [name, spec.kind === 'number' && value !== undefined ? { ...spec, value } : spec];
    }),
  );
  const hyper: HyperTable = {
    ...baseHyper,
    ...(baseHyper.lr ? { lr: { ...baseHyper.lr, doc: `${baseHyper.lr.doc} ${CONSTANT}` } } : {}),
    ...wrapperHyper,
  };
  const paper: Preset = {
    id: 'paper',
    label: 'Paper defaults (package)',
    source: `Constructor defaults of the wrapper in schedule_free 1.4.1 around ${base.label} without momentum, for a constant schedule.`,
    hyper: Object.fromEntries(Object.entries(hyper).map(([name, spec]) => [name, spec.value])),
  };
  return {
    id,
    label,
    family: 'free',
    kin: 'scheduleFree',
    paper: {
      ...scheduleFreePaper,
      algorithm: `Schedule-Free around ${base.label}`,
      implementation: 'ScheduleFreeWrapperReference, facebookresearch/schedule_free 1.4.1',
    },
    deviations: [gapDeviation, ...deviations, ...base.deviations.map((line) => `${base.label}: ${line}`)],
    hyper,
    presets: [paper, ...presets],
    traces: [...base.traces, averageTrace, largestRateTrace(base.nominal.unit)],
    estimate: base.estimate,
    points,
    nominal: base.nominal,
    diagnose,
    program: scheduleFreeProgram(id, { program: base.program, ...wrapped }),
  };
}
