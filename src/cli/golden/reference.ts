import { ReferenceRunner } from '../../kernels/reference-runner.ts';
import { type GoldenStepper, runnerSpec } from './stepper.ts';

/** The float64 oracle behind the replay. */
export function referenceStepper(): GoldenStepper {
  let runner: ReferenceRunner | null = null;
  const current = () => {
    if (!runner) throw new Error('Call begin first.');
    return runner;
  };
  return {
    async begin(batch) {
      // Packed: with align 1 a padded row is a packed one.
      runner = new ReferenceRunner(runnerSpec(batch, 1), { recomputes: true });
    },
    async step(grads, objective) {
      current().step(grads, objective);
      const { params, rows } = current().state();
      return { params, scalars: rows.map(({ scalars, k }) => ({ ...scalars, k: [k] })) };
    },
    async slots() {
      return current()
        .state()
        .rows.map(({ slots }) => Object.fromEntries(Object.entries(slots).map(([name, values]) => [name, Array.from(values)])));
    },
    async end() {
      runner = null;
    },
    async close() {},
  };
}
