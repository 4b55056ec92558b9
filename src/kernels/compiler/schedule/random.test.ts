import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpret } from '../interpret.ts';
import type { SchedulePolicy } from '../schedule.ts';
import { GPU_POLICY, SOFTWARE_GPU_POLICY, WASM_POLICY } from './policies.ts';
import { runSchedule } from './run-schedule.ts';
import { scheduleGraph } from './schedule-graph.ts';
import { buildProgram, randomProgram } from './testing/random-graph.ts';
import { externalsOf, firstDifference, runPlanned } from './testing/run-planned.ts';

const POLICIES: Readonly<Record<string, SchedulePolicy>> = {
  wasm: WASM_POLICY,
  gpu: GPU_POLICY,
  'software gpu': SOFTWARE_GPU_POLICY,
  cautious: { hasIndexedOperands: false, hasColumnSums: false, storesExpensive: false, longestSharedRow: 1, mixesOrders: false },
};
/** `npm run test:full` tries 5,000, others each time. */
const { numRuns: fullRuns } = fc.readConfigureGlobal();
const SETTINGS = fullRuns === undefined ? { numRuns: 300, seed: 1 } : { numRuns: 5 * fullRuns };
const TIMEOUT_MS = 120_000;

describe.each(Object.entries(POLICIES))('random programs scheduled for %s', (_, policy) => {
  it(
    'compute what the graph says, in one array and with the kernels of a level in any order',
    () => {
      fc.assert(
        fc.property(randomProgram, (program) => {
          const { graph, inputs, inPlace } = buildProgram(program);
          const wanted = interpret(graph, inputs);
          const schedule = scheduleGraph(graph, policy, { inPlace });
          for (const run of [runSchedule, runPlanned]) {
            const externals = externalsOf(schedule, inputs);
            run(schedule, externals);
            for (const [name, values] of Object.entries(wanted)) {
              const target = inPlace[name] ?? name;
              // The same additions in the same order: equal to the last bit.
              expect(firstDifference(externals[target] ?? inputs[target], values), `${name} (${run.name})`).toBeNull();
            }
          }
        }),
        SETTINGS,
      );
    },
    TIMEOUT_MS,
  );
});
