import { averagedProgram, fragileProgram } from '../../kernels/fused/testing/fixtures.ts';
import type { StepProgram } from '../../kernels/step-program.ts';
import type { HyperTable, OptimizerDefinition } from '../../optimizers/definition.ts';
import { optimizerFactory } from '../factory.ts';

function definitionOf(program: StepProgram, values: Readonly<Record<string, number>>): OptimizerDefinition {
  const hyper: HyperTable = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      { kind: 'number', label: name, doc: 'For tests.', value, min: 0, max: 10, scale: 'linear' } as const,
    ]),
  );
  return {
    id: program.id,
    label: program.id,
    family: 'free',
    kin: 'dog',
    paper: { title: '', authors: '', year: 0, arxiv: null, algorithm: '', implementation: '' },
    deviations: [],
    hyper,
    presets: [],
    traces: [],
    estimate: { kind: 'none', why: 'It is for tests.' },
    nominal: { label: '', unit: '', of: (_scalars, L) => L },
    diagnose: () => [],
    program,
  };
}

/** A method that is evaluated at another point than the one where it takes gradients. */
export const averagedDefinition = definitionOf(averagedProgram, { lr: 0.05 });
export const averaged = optimizerFactory(averagedDefinition);
/** A method that reads the loss, and has no step where the gradient is zero. */
export const fragileDefinition = definitionOf(fragileProgram, { scale: 0.01 });
export const fragile = optimizerFactory(fragileDefinition);
