import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { planLayout } from '../kernels/layout.ts';
import { interpretedRunner, opsRunner, wasmRunner } from '../kernels/testing/host-runner.ts';
import * as tf from '../kernels/tf.ts';
import { optimizerCases, scenarioHyper } from './testing/cases.ts';
import { STREAMS, type StreamKind } from './testing/gradients.ts';
import { oracleStates, SHARED_STEPS, type SharedStep, stepErrors } from './testing/oracle-states.ts';
import { SharedStepper } from './testing/shared-stepper.ts';

const layout = planLayout(
  [
    { name: 'w', shape: [5, 8] },
    { name: 'b', shape: [8] },
  ],
  1,
);

/** Wrong formulas are shown once for each text that executes them: operations one by one, and the compiled graph. */
const runners = [
  { runner: 'ops on cpu', backend: 'cpu', create: opsRunner, showsFaults: true },
  { runner: 'ops on wasm', backend: 'wasm', create: opsRunner, showsFaults: false },
  { runner: 'the graph in float64', backend: 'cpu', create: interpretedRunner, showsFaults: false },
  { runner: 'the graph compiled to WebAssembly', backend: 'cpu', create: wasmRunner, showsFaults: true },
] as const;

beforeAll(async () => {
  setWasmPaths('node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  await tf.setBackend('cpu');
});

describe.each(optimizerCases.map(({ definition, cases }) => ({ id: definition.id, definition, cases })))(
  'one step of $id from a shared state',
  ({ definition, cases }) => {
    const hypers = cases.scenarios.map((scenario) => scenarioHyper(definition, scenario));
    const taken = new Map<StreamKind, readonly SharedStep[]>();
    /** Computed once: every runner and every wrong formula starts from the same ones. */
    const statesOf = (stream: StreamKind): readonly SharedStep[] => {
      const known = taken.get(stream);
      if (known) return known;
      const states = oracleStates({
        program: definition.program,
        hypers,
        layout,
        stream,
        seed: 11 + STREAMS.indexOf(stream),
        scale: cases.gradients?.scale,
        at: SHARED_STEPS,
      });
      taken.set(stream, states);
      return states;
    };

    describe.each(runners)('with $runner', ({ backend, create }) => {
      beforeAll(async () => {
        await tf.setBackend(backend);
      });

      it.each(STREAMS)('agrees with the oracle on %s gradients', async (stream) => {
        const stepper = new SharedStepper(create, definition.program);
        const errors: string[] = [];
        for (const shared of statesOf(stream)) errors.push(...stepErrors(shared, await stepper.after(shared)));
        stepper.dispose();
        expect(errors).toEqual([]);
      });
    });

    describe.each(runners.filter(({ showsFaults }) => showsFaults))('with $runner', ({ create }) => {
      beforeAll(async () => {
        await tf.setBackend('cpu');
      });

      it('is what the wrong formulas are made from', async () => {
        const [own, faultless] = [definition.program, { ...definition.program, step: cases.faultless }].map(
          (program) => new SharedStepper(create, program),
        ) as [SharedStepper, SharedStepper];
        for (const shared of statesOf('drift')) expect(await faultless.after(shared)).toEqual(await own.after(shared));
        own.dispose();
        faultless.dispose();
      });

      it.each(cases.faults)('shows it when $label', async ({ step }) => {
        const stepper = new SharedStepper(create, { ...definition.program, step });
        let isShown = false;
        for (const shared of [...statesOf('drift'), ...statesOf('bursts'), ...statesOf('reversal')]) {
          isShown = stepErrors(shared, await stepper.after(shared)).length > 0;
          if (isShown) break;
        }
        stepper.dispose();
        expect(isShown).toBe(true);
      });
    });

    it('has at least six wrong formulas to catch', () => {
      expect(cases.faults.length).toBeGreaterThanOrEqual(6);
    });
  },
);
