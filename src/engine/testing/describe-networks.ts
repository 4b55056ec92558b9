import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schedule } from '../../kernels/compiler/schedule.ts';
import { assertWithinBounds, Sharpness } from '../../kernels/compiler/testing/compare.ts';
import { type CompilerFacts, NETWORK_INPUTS, type NetworkPlan, planNetwork } from '../network-plan.ts';
import { KnownNetwork } from './known-network.ts';
import { generalRuns, type NetworkCase, type RunInputs } from './network-cases.ts';

export type RunOutputs = Readonly<Record<string, ArrayLike<number>>>;

/** A generator of code, as a way to compute a schedule once for some runs. */
export interface Generator {
  /** Alignment of parameters. */
  readonly align: number;
  readonly compiler: CompilerFacts;
  /** @returns outputs of each run by name */
  compute(schedule: Schedule, inputs: readonly RunInputs[]): Promise<readonly RunOutputs[]>;
}

const TRAINING_OUTPUTS = ['grads', 'objective', 'loss'];
const MOST_RUNS = 8;

const bitsOf = (outputs: RunOutputs | undefined, names: readonly string[]): readonly (readonly [string, Uint32Array])[] =>
  names.map((name) => [name, new Uint32Array(Float32Array.from(outputs?.[name] ?? []).buffer)]);

/** What is compiled for a network, as the product does it, and the rows that its first evaluation is asked for. */
function compiledOf(given: NetworkCase, { align, compiler }: Generator) {
  const { data, batch, hasDropout } = given;
  const network = KnownNetwork.of(given, align);
  const plan: NetworkPlan = planNetwork({ ...network.source, batch, hasDropout, compiler, hasEvalPoint: false });
  const [evaluation] = plan.evaluations;
  if (evaluation === undefined) throw new Error('nothing is evaluated');
  const start = data.trainRows + (evaluation.starts[0] as number);
  return { network, plan, evaluation, rows: Int32Array.from({ length: evaluation.rows }, (_, row) => start + row) };
}

/** Inputs of runs with the sorted lookups that the plan wants of their batches. */
const withLookups = ({ lookups }: NetworkPlan, runs: readonly RunInputs[]): readonly RunInputs[] =>
  runs.map((inputs) => {
    const lists = lookups?.listsOf(inputs[NETWORK_INPUTS.indices] as Int32Array) ?? [];
    return { ...inputs, ...Object.fromEntries(lists.map((list, k) => [lookups?.inputs[k]?.name as string, list])) };
  });

/** Every output of generated code equals the float64 interpreter's, up to the errors that float32 makes in such a network. */
export function describeExactness(cases: readonly NetworkCase[], generator: Generator): void {
  describe.each(cases.map((given) => [given.name, given] as const))('%s', (_, given) => {
    it('computes losses, gradient and predictions of three training states, alone and together', async () => {
      const { network, plan, evaluation, rows } = compiledOf(given, generator);
      const sharpness = new Sharpness();
      const states = withLookups(plan, network.states).map((inputs) => ({ ...inputs, [evaluation.rowsInput]: rows }));
      for (const [schedule, names, wantedOf] of [
        [plan.training, TRAINING_OUTPUTS, (run: number) => network.wantedOfTraining(run)],
        [evaluation.schedule, ['predictions'], (run: number) => network.wantedOfEvaluation(run, rows)],
      ] as const) {
        const together = await generator.compute(schedule, states);
        for (const [run, inputs] of states.entries()) {
          const wanted = wantedOf(run);
          expect(Object.keys(wanted)).toEqual(names);
          sharpness.add(wanted);
          assertWithinBounds(
            (name) => together[run]?.[name] ?? [],
            wanted,
            () => `in state ${run} of ${given.name}`,
          );
          const [alone] = await generator.compute(schedule, [inputs]);
          expect(bitsOf(alone, names), `run ${run} alone`).toEqual(bitsOf(together[run], names));
        }
      }
      // Otherwise the bounds would be too loose to find anything.
      expect(sharpness.share).toBeGreaterThan(0.95);
    });
  });
}

/** A run's bits depend on nothing but its own inputs, and a NaN stays in its run and is noticed there. */
export function describeIndependence(
  cases: readonly NetworkCase[],
  generator: Generator,
  { groupings }: { readonly groupings: number },
): void {
  describe.each(cases.map((given) => [given.name, given] as const))('%s', (_, given) => {
    const { network, plan } = compiledOf(given, generator);
    const { layout } = network;
    const runs = withLookups(plan, generalRuns(given, layout, MOST_RUNS));
    const bits = async (inputs: readonly RunInputs[]) =>
      (await generator.compute(plan.training, inputs)).map((outputs) => bitsOf(outputs, TRAINING_OUTPUTS));

    it('gives a run the same bits in every company of up to eight and in any order, and every time', async () => {
      const together = await bits(runs);
      expect(new Set(together.map((own) => String(own))).size).toBe(MOST_RUNS);
      for (let count = 1; count <= MOST_RUNS; count++) {
        expect(await bits(runs.slice(0, count)), `${count} runs`).toEqual(together.slice(0, count));
      }
      await fc.assert(
        fc.asyncProperty(fc.shuffledSubarray([...runs.keys()], { minLength: 1 }), async (chosen) => {
          expect(await bits(chosen.map((run) => runs[run] as RunInputs))).toEqual(chosen.map((run) => together[run]));
        }),
        { numRuns: groupings, seed: 1 },
      );
    });

    it('keeps a NaN in any tensor in its run, and makes its losses not finite', async () => {
      const three = runs.slice(0, 3);
      const undisturbed = await generator.compute(plan.training, three);
      const calm = undisturbed.map((outputs) => bitsOf(outputs, TRAINING_OUTPUTS));
      for (const { name, offset, size } of layout.tensors) {
        const params = Float32Array.from(three[1]?.params as Float32Array);
        // A batch looks up some rows of a table only: one of them.
        const grads = Array.from(undisturbed[1]?.grads ?? []).slice(offset, offset + size);
        const used = grads.findIndex((value, i) => value !== 0 && i >= size >> 1);
        params[offset + (used < 0 ? size >> 1 : used)] = Number.NaN;
        const inputs = three.map((own, run) => (run === 1 ? { ...own, params } : own));
        const found = await generator.compute(plan.training, inputs);
        for (const run of [0, 2]) expect(bitsOf(found[run], TRAINING_OUTPUTS), `${name}, run ${run}`).toEqual(calm[run]);
        expect(found[1]?.loss?.[0], `loss after a NaN in ${name}`).toBeNaN();
        expect(found[1]?.objective?.[0], `objective after a NaN in ${name}`).toBeNaN();
      }
    });
  });
}
