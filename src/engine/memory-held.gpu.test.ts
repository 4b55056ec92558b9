import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { averagedProgram, dogProgram } from '../kernels/fused/testing/fixtures.ts';
import { planLayout } from '../kernels/layout.ts';
import { hasEvalPoint, type RowSpec, type RunnerSpec, sampleWidth } from '../kernels/optimizer-runner.ts';
import type { StepProgram } from '../kernels/step-program.ts';
import { countGpuBuffers } from '../kernels/testing/gpu-buffers.ts';
import { openBackend } from './backend.ts';
import { dataBytes } from './data-bytes.ts';
import { planNetwork } from './network-plan.ts';
import { isFailure, planRace } from './plan.ts';
import type { Runtime } from './runtime.ts';
import { initialRow } from './testing/network-cases.ts';
import { buildNetwork, NETWORKS, type NetworkSpec } from './testing/networks/networks.ts';
import { mixedRuns } from './testing/train-some.ts';

let runtime: Runtime;

beforeAll(async () => {
  runtime = await openBackend('webgpu');
});

afterAll(() => runtime.dispose());

const STEPS = 400;
const HYPER = { lr: 0.1, repsRel: 0.01, eps: 1e-8 };

/** What a group of some optimizers is planned to hold, and what it holds after an evaluation. */
async function memoryOf(
  programs: readonly StepProgram[],
): Promise<{ readonly planned: number; readonly held: number; readonly n: number }> {
  const { model, data, batch } = buildNetwork(NETWORKS[0] as NetworkSpec);
  const layout = planLayout(model.parameters, runtime.align);
  const runs = mixedRuns(STEPS).slice(0, programs.length);
  const rows = programs.map((program): RowSpec => ({ program, hyper: HYPER, mult: new Float64Array(STEPS).fill(1), horizonSteps: STEPS }));
  const x0 = Float32Array.from(runs.flatMap(({ seed }) => Array.from(initialRow(model, layout, seed))));
  const optimizer: RunnerSpec = { layout, rows, x0, totalSteps: STEPS };
  const compiler = runtime.compiler;
  const network = planNetwork({ model, layout, data, batch, hasDropout: false, compiler, hasEvalPoint: hasEvalPoint(rows) });
  const plan = planRace(
    {
      layout,
      slots: programs.map(({ slots }) => Object.keys(slots).length),
      hasEvalPoint: hasEvalPoint(rows),
      sampleWidth: sampleWidth(optimizer),
      seeds: 1,
      totalSteps: STEPS,
      ...network,
      dataBytes: dataBytes(data),
    },
    runtime.limits,
  );
  if (isFailure(plan)) throw new Error(plan.message);
  const counted = countGpuBuffers();
  try {
    const step = await runtime.createStep({ network, data, runs, optimizer, batch, observeEvery: 1, onProgress: () => {} });
    await step.evaluate();
    const { bytes } = counted.held();
    step.dispose();
    return { planned: plan.plannedBytes, held: bytes, n: layout.n };
  } finally {
    counted.stop();
  }
}

describe('the memory of a race on WebGPU', () => {
  const { evalPoint: _, fused, ...rest } = averagedProgram;
  const { evalPoint: __, ...step } = fused;
  const withoutPoint: StepProgram = { ...rest, fused: step };

  it.each([
    ['with a point to evaluate', [dogProgram('run'), averagedProgram]],
    ['with scalars of every tensor', [dogProgram('run'), dogProgram('tensor')]],
    ['alone', [dogProgram('run')]],
  ] as const)('is what was planned, %s', async (_name, programs) => {
    const { planned, held } = await memoryOf(programs);
    // Row states, partial sums, shapes and constants are not planned, as they do not grow with the network; nor are regions rounded up to
    // what a binding may start at. Tables are planned a little too large.
    expect(Math.abs(planned - held) / held, `${planned} planned, ${held} held`).toBeLessThan(0.03);
  });

  it('grows by one vector per run where a run is evaluated at a point of its own, and by nothing for the second evaluation', async () => {
    const [plain, pointed] = [await memoryOf([dogProgram('run'), withoutPoint]), await memoryOf([dogProgram('run'), averagedProgram])];
    expect(pointed.held - plain.held).toBe(pointed.planned - plain.planned);
    expect(pointed.held - plain.held).toBe(2 * 4 * plain.n);
  });
});
