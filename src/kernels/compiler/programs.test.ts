import fc from 'fast-check';
import { beforeAll, expect, inject, test } from 'vitest';
import * as tf from '../tf.ts';
import { BINARY, type GraphNode, type ReduceFn, UNARY } from './graph.ts';
import { WASM_POLICY } from './schedule/policies.ts';
import { runSchedule } from './schedule/run-schedule.ts';
import { externalsOf } from './schedule/testing/run-planned.ts';
import { computeEagerly, programText, traceProgram } from './testing/build-program.ts';
import { assertWithinBounds, Sharpness } from './testing/compare.ts';
import { interpretWithBounds } from './testing/error-bounds.ts';
import { ProgramCase } from './testing/program-case.ts';
import { inputValues, randomProgram } from './testing/random-program.ts';
import { runOnWasm } from './testing/run-on-wasm.ts';

const numRuns = inject('programs');
/** A program takes some 15 ms on two cores that have nothing else to do. */
const options = { timeout: 300 * numRuns };

const REDUCTIONS: readonly ReduceFn[] = ['sum', 'max', 'min'];
/** Those without a function; hand-written kernels have tests of their own. */
const OPERATIONS: readonly GraphNode['op'][] = [
  ...(['input', 'constant', 'iota', 'select', 'uniform', 'view', 'concat', 'matmul', 'gather', 'segmentSum'] as const),
];

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

test('random programs: every operation of a graph occurs in them', options, () => {
  const missing = new Set<string>([...UNARY, ...BINARY, ...REDUCTIONS, ...OPERATIONS]);
  for (const program of fc.sample(randomProgram, { numRuns, seed: 2 })) {
    for (const node of traceProgram(program).graph.nodes) missing.delete('fn' in node ? node.fn : node.op);
  }
  expect([...missing]).toEqual([]);
});

/**
 * TensorFlow.js computes some functions by other formulas than the graph (its error function is a fit of 1.5e-7), and its constants are
 * float64 where those of the graph are float32.
 */
const EAGER_SLACK = { factor: 4, absolute: 1e-6 };

test('random programs: the interpreter computes what TensorFlow.js computes', options, () => {
  const sharpness = new Sharpness();
  fc.assert(
    fc.property(randomProgram, (program) => {
      const { graph } = traceProgram(program);
      const wanted = interpretWithBounds(graph, inputValues(program, 1));
      sharpness.add(wanted);
      const eager = computeEagerly(program, 1);
      assertWithinBounds(
        (name) => eager[name] ?? [],
        wanted,
        () => programText(program),
        EAGER_SLACK,
      );
    }),
    { numRuns, seed: 1 },
  );
  // Otherwise the bounds would be too loose to find anything.
  expect(sharpness.share).toBeGreaterThan(0.95);
});

test('random programs: the schedule and its WebAssembly compute what the interpreter computes, alone and in company', options, async () => {
  await fc.assert(
    fc.asyncProperty(randomProgram, async (program) => {
      const given = new ProgramCase(program, WASM_POLICY, 2);
      const naive = externalsOf(given.schedule, given.inputs[0] ?? {});
      runSchedule(given.schedule, naive);
      given.assertResults(naive, 0);
      const together = await runOnWasm(given.schedule, given.inputs);
      together.forEach((found, run) => {
        given.assertResults(found, run);
      });
      const [alone] = await runOnWasm(given.schedule, given.inputs.slice(1));
      given.assertSameBits(alone ?? {}, together[1] ?? {}, 1);
    }),
    { numRuns, seed: 2 },
  );
});
