import { openBackend } from '../engine/backend.ts';
import { workloadOf } from '../engine/catalogue.ts';
import { forwardMultiplyAdds } from '../engine/forward-work.ts';
import { Training } from '../engine/training.ts';
import { planLayout } from '../kernels/layout.ts';
import { fetchFromUrl } from '../workloads/fetch-from-url.ts';
import { defaultOptions } from '../workloads/options.ts';
import type { CompiledId } from './contenders.ts';
import { dispatchCount } from './meter.ts';
import { raceRuns } from './race-runs.ts';
import { measureRates } from './rates/measure-rates.ts';
import { type Spread, spreadOf } from './sampling.ts';

/** Training steps of one workload with its default options, AdamW and R runs. */
export interface WorkloadSteps {
  readonly workload: string;
  readonly of: CompiledId;
  readonly runs: number;
  readonly parameters: number;
  /** Of one run's forward pass. */
  readonly forwardMultiplyAdds: number;
  /** Kernels launched per step; 0 where there is no GPU. */
  readonly dispatches: number;
  readonly stepMs: Spread;
  /** Of one evaluation of all runs, the first one left out. */
  readonly evaluationMs: number;
  /** Share of the wall time of a race that evaluations take, by its evaluation period. */
  readonly evaluationShare: number;
  /** From the data to a step that can be called, ms. */
  readonly compileMs: number;
  /** What one large bare product reached before or after these steps, whichever was better. */
  readonly multiplyAddsPerSecond: number;
}

const WARM_STEPS = 3;
const ROUNDS = 7;
/** A sample takes at least so long. It ends with reading back what its steps say, which a race that is watched does about as often. */
const SAMPLE_MS = 100;
const MOST_STEPS = 256;

export async function measureWorkload(id: string, runs: number, of: CompiledId, dataUrl: string): Promise<WorkloadSteps> {
  const before = await measureRates(of);
  const workload = workloadOf(id);
  const options = defaultOptions(workload);
  const batch = workload.batch(options).value;
  const runtime = await openBackend(of === 'compiled-wasm' ? 'wasm' : 'webgpu');
  const start = performance.now();
  const training = await Training.prepare({ workload, options, batch, runs: raceRuns(runs) }, runtime, fetchFromUrl(dataUrl), () => {});
  const compileMs = performance.now() - start;
  let t = 0;
  const make = async (steps: number): Promise<number> => {
    const begin = performance.now();
    for (let i = 0; i < steps; i++, t++) {
      for (let group = 0; group < training.groups; group++) await training.step(group, t, training.batches(t));
    }
    await training.readSamples();
    return (performance.now() - begin) / steps;
  };
  try {
    const launched = dispatchCount();
    await make(WARM_STEPS);
    const dispatches = (dispatchCount() - launched) / WARM_STEPS;
    let steps = 1;
    for (let ms = await make(1); steps < MOST_STEPS && steps * ms < SAMPLE_MS; ms = await make(steps)) steps *= 2;
    const samples: number[] = [];
    for (let round = 0; round < ROUNDS; round++) samples.push(await make(steps));
    await training.evaluate(t, 0, () => true);
    const evaluating = performance.now();
    for (let round = 0; round < ROUNDS; round++) await training.evaluate(t, 0, () => true);
    const evaluationMs = (performance.now() - evaluating) / ROUNDS;
    const stepMs = spreadOf(samples);
    const { data } = training;
    const model = await workload.create(options, data);
    const layout = planLayout(model.parameters, 1);
    const after = await measureRates(of);
    return {
      workload: id,
      of,
      runs,
      parameters: layout.size,
      forwardMultiplyAdds: forwardMultiplyAdds({ model, layout, data, batch }),
      dispatches,
      stepMs,
      evaluationMs,
      evaluationShare: evaluationMs / (evaluationMs + training.evaluationPeriod * stepMs.median),
      compileMs,
      multiplyAddsPerSecond: Math.max(before.multiplyAddsPerSecond, after.multiplyAddsPerSecond),
    };
  } finally {
    training.dispose();
    runtime.dispose();
  }
}
