import type { HyperValues, StepProgram } from '../../kernels/step-program.ts';
import { defaultHyper, type OptimizerDefinition } from '../definition.ts';
import { optimizers } from '../registry.ts';

/** A setting in which a wrong formula shows: steps as large as the parameters, nothing negligible beside anything else. */
export interface Scenario {
  readonly label: string;
  readonly hyper: HyperValues;
}

/** A wrong formula that somebody could have written. */
export interface Fault {
  readonly label: string;
  readonly step: StepProgram['step'];
}

/** What tests need to know about an optimizer beyond its definition; one `<id>.cases.ts` beside it. */
export interface OptimizerCases {
  readonly id: string;
  readonly scenarios: readonly Scenario[];
  readonly faults: readonly Fault[];
  /** For a method that needs more than 400 steps or other settings to get ten times nearer on a small quadratic, with the reason. */
  readonly convergence?: { readonly steps?: number; readonly hyper?: HyperValues; readonly reason: string };
  /** Factor on the gradients of the tests, for a method that assumes small ones, with the reason. */
  readonly gradients?: { readonly scale: number; readonly reason: string };
  /** Why the method moves although the schedule is 0, where it does. */
  readonly movesWhileIdle?: string;
  /** For a method that does not move at once although the schedule is above 0: how many steps it stands still after an idle first one, and why. */
  readonly standsStill?: { readonly steps: number; readonly reason: string };
  /** The text that the faults are made from, with none of them: must equal the definition's step. */
  readonly faultless: StepProgram['step'];
}

const modules = import.meta.glob<{ readonly cases: OptimizerCases }>('../*/*.cases.ts', { eager: true });
const found = new Map(Object.values(modules).map(({ cases }) => [cases.id, cases]));

/** Every optimizer of the registry with its cases. */
export const optimizerCases: readonly { readonly definition: OptimizerDefinition; readonly cases: OptimizerCases }[] = optimizers.map(
  (definition) => {
    const cases = found.get(definition.id);
    if (!cases) throw new Error(`src/optimizers/${definition.id}/${definition.id}.cases.ts is missing.`);
    return { definition, cases };
  },
);

/** Complete hyperparameters of a scenario. */
export function scenarioHyper(definition: OptimizerDefinition, scenario: Scenario): HyperValues {
  return { ...defaultHyper(definition), ...scenario.hyper };
}
