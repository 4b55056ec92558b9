import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { planLayout } from '../kernels/layout.ts';
import { OpsRunner } from '../kernels/ops-runner.ts';
import type { RunnerState } from '../kernels/optimizer-runner.ts';
import type { StepProgram } from '../kernels/step-program.ts';
import * as tf from '../kernels/tf.ts';
import { optimizerCases, scenarioHyper } from './testing/cases.ts';
import { STREAMS, type StreamKind } from './testing/gradients.ts';
import { oracleStates, SHARED_STEPS, type SharedStep, stepErrors } from './testing/oracle-states.ts';

const layout = planLayout(
  [
    { name: 'w', shape: [5, 8] },
    { name: 'b', shape: [8] },
  ],
  1,
);
/** One step of the ops runner from a shared state. */
async function opsStep({ spec, before, grads, objective }: SharedStep, program: StepProgram): Promise<RunnerState> {
  const runner = new OpsRunner({ ...spec, rows: spec.rows.map((row) => ({ ...row, program })) });
  runner.restore(before);
  const g = tf.tensor2d(Float32Array.from(grads), [spec.rows.length, spec.layout.n]);
  const f = tf.tensor1d(Float32Array.from(objective));
  runner.step(g, f, f);
  const state = await runner.state();
  runner.dispose();
  tf.dispose([g, f]);
  return state;
}

beforeAll(async () => {
  setWasmPaths('node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  await tf.setBackend('cpu');
});

describe.each(optimizerCases.map(({ definition, cases }) => ({ id: definition.id, definition, cases })))(
  'one step of $id from a shared state',
  ({ definition, cases }) => {
    const hypers = cases.scenarios.map((scenario) => scenarioHyper(definition, scenario));
    const statesOf = (stream: StreamKind, seed: number) =>
      oracleStates({ program: definition.program, hypers, layout, stream, seed, at: SHARED_STEPS });

    it.each(
      STREAMS.flatMap(
        (stream) =>
          [
            { stream, backend: 'cpu' },
            { stream, backend: 'wasm' },
          ] as const,
      ),
    )('agrees with the oracle on $stream gradients, on $backend', async ({ stream, backend }) => {
      await tf.setBackend(backend);
      const errors: string[] = [];
      for (const shared of statesOf(stream, 11)) errors.push(...stepErrors(shared, await opsStep(shared, definition.program)));
      await tf.setBackend('cpu');
      expect(errors).toEqual([]);
    });

    it('is what the wrong formulas are made from', async () => {
      for (const shared of statesOf('drift', 11)) {
        const own = await opsStep(shared, definition.program);
        expect(await opsStep(shared, { ...definition.program, step: cases.faultless })).toEqual(own);
      }
    });

    it.each(cases.faults)('shows it when $label', async ({ step }) => {
      const errors: string[] = [];
      for (const shared of [...statesOf('drift', 11), ...statesOf('bursts', 12), ...statesOf('reversal', 13)]) {
        errors.push(...stepErrors(shared, await opsStep(shared, { ...definition.program, step })));
      }
      expect(errors.length).toBeGreaterThan(0);
    });

    it('has at least six wrong formulas to catch', () => {
      expect(cases.faults.length).toBeGreaterThanOrEqual(6);
    });
  },
);
