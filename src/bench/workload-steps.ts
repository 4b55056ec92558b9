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
import { LARGE_PRODUCT, multiplyAdds } from './rates/product-schedule.ts';
import { openLargeProduct } from './rates/product-trainer.ts';
import { Sampler, type Spread, spreadOf } from './sampling.ts';

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
  /** What an evaluation of all runs adds to the answer of a step, median. */
  readonly evaluationMs: number;
  /** Share of the wall time of a race that evaluations take, by its evaluation period. */
  readonly evaluationShare: number;
  /** From the data to a step that can be called, ms. */
  readonly compileMs: number;
  /** What one large bare product reached between these steps, median. */
  readonly multiplyAddsPerSecond: number;
}

const WARM_STEPS = 3;
const ROUNDS = 7;
/** A sample takes at least so long. It ends with reading back what its steps say, which a race that is watched does about as often. */
const SAMPLE_MS = 100;
/** Evaluations of a sample. */
const MOST_TIMES = 128;

/** Steps, evaluations and the bare product in turn, because a machine drifts; the first round is dropped. */
export async function measureWorkload(id: string, runs: number, of: CompiledId, dataUrl: string): Promise<WorkloadSteps> {
  const workload = workloadOf(id);
  const options = defaultOptions(workload);
  const batch = workload.batch(options).value;
  const product = await openLargeProduct(of);
  const runtime = await openBackend(of === 'compiled-wasm' ? 'wasm' : 'webgpu');
  const start = performance.now();
  const training = await Training.prepare({ workload, options, batch, runs: raceRuns(runs) }, runtime, fetchFromUrl(dataUrl), () => {});
  const compileMs = performance.now() - start;
  let t = 0;
  const advance = async (steps: number): Promise<number> => {
    for (let i = 0; i < steps; i++, t++) {
      for (let group = 0; group < training.groups; group++) await training.step(group, t, training.batches(t));
    }
    await training.readSamples();
    return 0;
  };
  /** Makes `times` steps and waits for the answer of each, as a race does before it goes on; ms per step. */
  const answered = async (times: number, isEvaluated: boolean): Promise<number> => {
    const begin = performance.now();
    for (let i = 0; i < times; i++, t++) {
      for (let group = 0; group < training.groups; group++) await training.step(group, t, training.batches(t));
      const predicted = isEvaluated && runtime.isDevice ? training.predict(() => true) : undefined;
      await training.readSamples();
      if (isEvaluated) await training.evaluate(t, 0, () => true, predicted);
    }
    return (performance.now() - begin) / times;
  };
  try {
    const launched = dispatchCount();
    await advance(WARM_STEPS);
    const dispatches = (dispatchCount() - launched) / WARM_STEPS;
    const { data } = training;
    const [steps, products] = [new Sampler({ advance }), new Sampler(product)];
    const [stepMs, evaluationMs, productMs]: [number[], number[], number[]] = [[], [], []];
    let times = 1;
    for (let round = 0; round <= ROUNDS; round++) {
      const step = await steps.sample(SAMPLE_MS);
      const [evaluated, plain] = [await answered(times, true), await answered(times, false)];
      const { stepMs: once } = await products.sample(SAMPLE_MS);
      if (round === 0) {
        times = Math.ceil(SAMPLE_MS / Math.max(SAMPLE_MS / MOST_TIMES, evaluated));
        continue;
      }
      stepMs.push(step.stepMs);
      evaluationMs.push(evaluated - plain);
      productMs.push(once);
    }
    const [step, evaluation] = [spreadOf(stepMs), Math.max(0, spreadOf(evaluationMs).median)];
    const model = await workload.create(options, data);
    const layout = planLayout(model.parameters, 1);
    return {
      workload: id,
      of,
      runs,
      parameters: layout.size,
      forwardMultiplyAdds: forwardMultiplyAdds({ model, layout, data, batch }),
      dispatches,
      stepMs: step,
      evaluationMs: evaluation,
      evaluationShare: evaluation / (evaluation + training.evaluationPeriod * step.median),
      compileMs,
      multiplyAddsPerSecond: (1000 * multiplyAdds(LARGE_PRODUCT)) / spreadOf(productMs).median,
    };
  } finally {
    training.dispose();
    runtime.dispose();
    product.dispose();
  }
}
