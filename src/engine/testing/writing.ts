import { expect, it } from 'vitest';
import { interpret } from '../../kernels/compiler/interpret.ts';
import { planLayout } from '../../kernels/layout.ts';
import type { FetchFile, LoadedData, Network } from '../../workloads/definition.ts';
import { casesOf, cutData, smallOptions } from '../../workloads/testing/cases.ts';
import { optimizerOf, workloadOf } from '../catalogue.ts';
import { planNetwork } from '../network-plan.ts';
import { rowSpec } from '../runs.ts';
import type { Runtime } from '../runtime.ts';
import { dataInput, WRITING, writingGraphs } from '../step-graphs.ts';
import { initialRow } from './network-cases.ts';
import { mixedRuns } from './train-some.ts';

const RUNS = 2;

/** What one run writes with its initial parameters, step by step in float64. */
function writtenBy(model: Network, data: LoadedData, seed: number): readonly number[] {
  if (model.writer === undefined) throw new Error('the network writes nothing');
  const layout = planLayout(model.parameters, 1);
  const { start, next, size } = writingGraphs({ layout, data }, model.writer);
  const params = initialRow(model, layout, seed);
  const arrays = Object.fromEntries(Object.entries(data.arrays).map(([name, { values }]) => [dataInput(name), values]));
  let state = interpret(start, { params, ...arrays })[WRITING.state] as Float64Array;
  for (let step = 0; step < model.writer.steps; step++) {
    state = interpret(next, { params, [WRITING.state]: state })[WRITING.next] as Float64Array;
  }
  return Array.from(state.subarray(0, size));
}

/** Networks that write do so after an evaluation, each run with its own parameters. */
export function describeWriting(open: () => Runtime, fetchFile: FetchFile): void {
  it('writes, character by character, what the float64 interpreter writes', async () => {
    const runtime = open();
    const workload = workloadOf('charLm');
    const { small } = casesOf(workload);
    const options = smallOptions(workload);
    const data = cutData(await workload.load(options, fetchFile), small.trainRows ?? 8, small.validationRows ?? 4);
    const model = await workload.create(options, data);
    const layout = planLayout(model.parameters, runtime.align);
    const batch = 1;
    const runs = mixedRuns(1)
      .slice(0, RUNS)
      .map((run, seed) => ({ ...run, seed }));
    const rows = runs.map((run) => rowSpec(run, optimizerOf(run.racer.optimizer), 1));
    const step = await runtime.createStep({
      network: planNetwork({ model, layout, data, batch, hasDropout: false, compiler: runtime.compiler, hasEvalPoint: false }),
      data,
      runs,
      optimizer: {
        layout,
        rows,
        x0: Float32Array.from(runs.flatMap(({ seed }) => Array.from(initialRow(model, layout, seed)))),
        totalSteps: 1,
      },
      batch,
      observeEvery: 1,
      onProgress: () => {},
    });
    try {
      const expected = runs.map(({ seed }) => writtenBy(model, data, seed));
      // Again: nothing of the first time is left.
      for (const { written } of [await step.evaluate(), await step.evaluate()]) {
        expect(written?.map((own) => Array.from(own ?? []))).toEqual(expected);
      }
      expect(new Set(expected.map(String)).size).toBe(RUNS);
    } finally {
      step.dispose();
    }
  });
}
