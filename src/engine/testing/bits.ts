import { expect, it } from 'vitest';
import type { FetchFile } from '../../workloads/definition.ts';
import { optimizerOf } from '../catalogue.ts';
import type { Runtime } from '../runtime.ts';
import { mixedRuns, type RunBits, SMALL_DIGITS, trainSome, withNanWeight } from './train-some.ts';

const STEPS = 12;

/**
 * What every backend owes a run: its bits depend on nothing but itself. `openings` are runtimes that group or spread the runs in different
 * ways; the first one is the ordinary one.
 */
export function describeBits(fetchFile: FetchFile, openings: Readonly<Record<string, () => Runtime>>): void {
  const runs = mixedRuns(STEPS);
  let together: readonly RunBits[] | null = null;
  const train = (runtime: Runtime, over: Partial<Parameters<typeof trainSome>[2]> = {}) =>
    trainSome(runtime, fetchFile, { ...SMALL_DIGITS, runs, steps: STEPS, ...over });
  const [ordinary] = Object.values(openings);

  for (const [name, open] of Object.entries(openings)) {
    it(`gives every run the same bits, ${name}`, async () => {
      together ??= await train((ordinary as () => Runtime)());
      expect(await train(open())).toEqual(together);
      expect(together.every(({ samples }) => samples.every((value) => !Number.isNaN(value)))).toBe(true);
    });
  }

  it('gives a run the same bits alone as in company', async () => {
    together ??= await train((ordinary as () => Runtime)());
    for (const [index, run] of runs.entries()) {
      const [alone] = await train((ordinary as () => Runtime)(), { runs: [run] });
      // Columns are those of the run's own optimizer, so nothing of the company shows.
      expect(alone, `${run.racer.optimizer}, seed ${run.seed}`).toEqual(together[index]);
    }
  });

  it('measures a run at two points where its optimizer is evaluated elsewhere than it takes gradients, and there only', async () => {
    together ??= await train((ordinary as () => Runtime)());
    runs.forEach(({ racer }, index) => {
      const hasOwn = optimizerOf(racer.optimizer).program.evalPoint !== undefined;
      const { metrics = [], gradientPointMetrics } = together?.[index] ?? {};
      expect(gradientPointMetrics !== null, racer.optimizer).toBe(hasOwn);
      if (hasOwn) expect(gradientPointMetrics).not.toEqual(metrics.slice(-2));
    });
  });

  it('keeps a NaN in a hidden layer in its run, and notices it', async () => {
    together ??= await train((ordinary as () => Runtime)());
    const disturbed = await train((ordinary as () => Runtime)(), { workload: withNanWeight(SMALL_DIGITS.workload, 1) });
    runs.forEach(({ seed }, index) => {
      const run = disturbed[index];
      if (seed === 1) {
        // The gradient of the first step already has it.
        expect(run?.divergedAt).toBe(0);
        expect(run?.samples[0]).toBeNaN();
        expect(run?.metrics).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
      } else {
        expect(run).toEqual(together?.[index]);
      }
    });
  });
}
