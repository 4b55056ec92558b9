import { expect, it } from 'vitest';
import { interpret } from '../../kernels/compiler/interpret.ts';
import { averagedProgram, dogProgram } from '../../kernels/fused/testing/fixtures.ts';
import { worstDifference } from '../../kernels/fused/testing/races.ts';
import { planLayout } from '../../kernels/layout.ts';
import type { RowSpec, RunnerSpec } from '../../kernels/optimizer-runner.ts';
import { ReferenceRunner } from '../../kernels/reference-runner.ts';
import { batchIndices } from '../../workloads/batches.ts';
import { planNetwork } from '../network-plan.ts';
import type { Runtime } from '../runtime.ts';
import { evaluationGraph, trainingGraph } from '../step-graphs.ts';
import type { RunPredictions } from '../train-step.ts';
import { initialRow, runInputs } from './network-cases.ts';
import { buildNetwork, type NetworkSpec, TINY_NETWORKS } from './networks/networks.ts';
import { mixedRuns } from './train-some.ts';

const STEPS = 3;
/** float32 against float64 over three steps of a small network: a few 1e-7 per value (measured); the two points of a run differ by 1e-1. */
const TOLERANCE = 1e-5;

const hypers = [
  { program: averagedProgram, hyper: { lr: 0.1 } },
  { program: dogProgram('run'), hyper: { lr: 1, repsRel: 0.01, eps: 1e-8 } },
  { program: averagedProgram, hyper: { lr: 0.4 } },
] as const;

/** Steps of a tiny network whose second optimizer of three has no point of its own: on a backend, and in float64. */
function smallRace({ align, compiler }: Pick<Runtime, 'align' | 'compiler'>) {
  const network = buildNetwork(TINY_NETWORKS[0] as NetworkSpec);
  const { model, data, batch } = network;
  const layout = planLayout(model.parameters, align);
  const runs = mixedRuns(STEPS)
    .slice(0, hypers.length)
    .map((run) => ({ ...run, racer: { ...run.racer, dropout: 0, labelSmoothing: 0 } }));
  const rows = hypers.map((row): RowSpec => ({ ...row, mult: new Float64Array(STEPS).fill(1), horizonSteps: STEPS }));
  const x0 = Float32Array.from(runs.flatMap(({ seed }) => Array.from(initialRow(model, layout, seed))));
  const optimizer: RunnerSpec = { layout, rows, x0, totalSteps: STEPS };
  const source = { model, layout, data };
  const plan = planNetwork({ ...source, batch, hasDropout: false, compiler, hasEvalPoint: true });
  const given = { ...network, name: network.id, hasDropout: false, hasLabelSmoothing: false };
  const training = trainingGraph({ ...source, batch, hasDropout: false });
  const evaluating = evaluationGraph({ ...source, rows: data.validationRows });
  const { n } = layout;
  const inputsAt = (params: Float64Array, run: number, t: number) =>
    runInputs(given, runs[run]?.seed as number, t, Float32Array.from(params.subarray(run * n, (run + 1) * n)));
  const validationRows = Int32Array.from({ length: data.validationRows }, (_, row) => data.trainRows + row);

  const reference = new ReferenceRunner(optimizer);
  const predictionsAt = (params: Float64Array) =>
    runs.flatMap((_, run) => Array.from(interpret(evaluating, { ...inputsAt(params, run, 0), rows: validationRows }).predictions ?? []));
  const expected = () => ({ atPoint: predictionsAt(reference.evalParams), atParams: predictionsAt(reference.params) });
  return {
    stepSpec: {
      network: plan,
      data,
      runs,
      optimizer,
      batch,
      observeEvery: 1,
      onProgress: () => {},
    },
    batches: (t: number) => new Map(runs.map(({ seed }) => [seed, batchIndices(seed, t, data.trainRows, batch)])),
    expected,
    step(t: number) {
      const outputs = runs.map((_, run) => interpret(training, inputsAt(reference.params, run, t)));
      reference.step(
        Float64Array.from(outputs.flatMap(({ grads }) => Array.from(grads ?? []))),
        Float64Array.from(outputs, ({ objective }) => objective?.[0] as number),
      );
    },
  };
}

/** Runs are evaluated where their optimizer says, runs of other optimizers at their parameters. */
export function describeEvaluationPoints(open: () => Runtime): void {
  it('evaluates every run where its optimizer says, and at its parameters if that is elsewhere, before the first step and after any', async () => {
    const runtime = open();
    const race = smallRace(runtime);
    const step = await runtime.createStep(race.stepSpec);
    const compare = async (when: string) => {
      const { atPoint, atParams } = race.expected();
      const found = await step.evaluate();
      const size = atPoint.length / hypers.length;
      const isPointed = (at: number) => hypers[Math.floor(at / size)]?.program.evalPoint !== undefined;
      const flat = (runs: RunPredictions | null) => (runs ?? []).flatMap((values) => Array.from(values ?? new Float32Array(size)));
      for (const [where, ours, expected] of [
        ['at the point', flat(found.atPoint), atPoint],
        // Backends need not know them of runs without a point of their own.
        ['at the parameters', flat(found.atParams).filter((_, at) => isPointed(at)), atParams.filter((_, at) => isPointed(at))],
      ] as const) {
        const difference = worstDifference(ours, expected);
        expect(difference.relative, `${when}, ${where}: ${JSON.stringify(difference)}`).toBeLessThan(TOLERANCE);
      }
      // Otherwise nothing would be told apart.
      expect(worstDifference(atParams, atPoint).relative).toBeGreaterThan(0.01);
    };
    try {
      await compare('before the first step');
      for (let t = 0; t < STEPS; t++) {
        await step.step(t, race.batches(t));
        race.step(t);
        if (t !== 1) await compare(`after step ${t}`);
      }
    } finally {
      step.dispose();
    }
  });
}
