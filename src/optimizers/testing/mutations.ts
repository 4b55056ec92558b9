import type { StepProgram } from '../../kernels/step-program.ts';

/** One plausible mistake in a fused step, as a replacement in the program's WGSL, and the scenario in which a single step shows it. */
export interface WgslMutation {
  readonly label: string;
  /** Label of a scenario of the optimizer's cases. */
  readonly scenario: string;
  /** Occurs exactly once in the program's WGSL. */
  readonly from: string;
  readonly to: string;
}

const modules = import.meta.glob<{ readonly mutations: readonly WgslMutation[] }>('../*/*.mutations.ts', { eager: true });

/** Every optimizer's mistakes, from `<id>.mutations.ts` beside it. */
export function mutationsOf(id: string): readonly WgslMutation[] {
  const module = modules[`../${id}/${id}.mutations.ts`];
  if (!module) throw new Error(`src/optimizers/${id}/${id}.mutations.ts is missing.`);
  return module.mutations;
}

/** The program with one mistake in it. Throws unless the text to replace occurs exactly once. */
export function mutate(program: StepProgram, { label, from, to }: WgslMutation): StepProgram {
  const parts = program.fused.wgsl.split(from);
  if (parts.length !== 2) throw new Error(`Mutation "${label}" of ${program.id}: its text occurs ${parts.length - 1} times.`);
  return { ...program, fused: { ...program.fused, wgsl: parts.join(to) } };
}
