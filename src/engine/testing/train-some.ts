import { defaultHyper } from '../../optimizers/definition.ts';
import type { FetchFile, WorkloadDefinition, WorkloadOptions } from '../../workloads/definition.ts';
import { optimizerOf, workloadOf } from '../catalogue.ts';
import type { RacerConfig, RunConfig } from '../config.ts';
import { defaultRace } from '../default-config.ts';
import type { Runtime } from '../runtime.ts';
import { Training } from '../training.ts';

/** Some steps of some runs, without a race around them. */
export interface SomeTraining {
  readonly workload: WorkloadDefinition;
  readonly options: WorkloadOptions;
  readonly batch: number;
  readonly runs: readonly RunConfig[];
  readonly steps: number;
}

/** What one run measured: every sampled value of every step, then its metrics before the first step and after the last. */
export interface RunBits {
  readonly samples: Float32Array;
  readonly metrics: readonly number[];
  /** At the last point where a gradient could be taken, where that is not the one that is evaluated. */
  readonly gradientPointMetrics: readonly number[] | null;
  readonly divergedAt: number | null;
}

export async function trainSome(runtime: Runtime, fetchFile: FetchFile, { steps, ...spec }: SomeTraining): Promise<readonly RunBits[]> {
  const training = await Training.prepare(spec, runtime, fetchFile, () => {});
  try {
    const before = await training.evaluate(0, 0, () => true);
    for (let t = 0; t < steps; t++) {
      const batches = training.batches(t);
      for (let group = 0; group < training.groups; group++) await training.step(group, t, batches);
    }
    const { runs } = await training.readSamples();
    const status = await training.status();
    const after = await training.evaluate(steps, 0, () => true);
    return runs.map((samples, run) => ({
      samples,
      metrics: [...(before[run]?.point.metrics ?? []), ...(after[run]?.point.metrics ?? [])],
      gradientPointMetrics: after[run]?.point.gradientPointMetrics ?? null,
      divergedAt: status[run]?.divergedAt ?? null,
    }));
  } finally {
    training.dispose();
  }
}

/** A racer that is evaluated at another point than it takes gradients at. */
const averaged: RacerConfig = {
  ...(defaultRace.racers[0] as RacerConfig),
  key: 'p',
  optimizer: 'dog',
  hyper: { ...defaultHyper(optimizerOf('dog')), repsRel: 0.01 },
};

/**
 * Rows of a small digits network: every optimizer of the default race and one that is evaluated elsewhere than it takes gradients, with and
 * without dropout and label smoothing, on three seeds.
 */
export function mixedRuns(horizonSteps: number): readonly RunConfig[] {
  return [...defaultRace.racers, averaged].flatMap((racer, index) =>
    [1, 2].map(
      (copy): RunConfig => ({
        racer: { ...racer, key: `${racer.key}${copy}`, dropout: index === 1 ? 0.2 : 0, labelSmoothing: index === 2 ? 0.1 : 0 },
        seed: (index + copy) % 3,
        horizonSteps,
        schedule: defaultRace.schedule,
      }),
    ),
  );
}

export const SMALL_DIGITS = {
  workload: workloadOf('digits'),
  options: { width: 24, depth: 2 },
  batch: 16,
} as const satisfies Partial<SomeTraining>;

/** The same workload, but the seed's second layer starts with one weight that is not a number. */
export function withNanWeight(workload: WorkloadDefinition, seed: number): WorkloadDefinition {
  return {
    ...workload,
    async create(options, data) {
      const model = await workload.create(options, data);
      const parameters = model.parameters.map((parameter, tensor) => ({
        ...parameter,
        init(own: number, index: number) {
          const values = parameter.init(own, index);
          // Tensors come as weight, bias, weight, bias ...: this is a weight between hidden units.
          if (own === seed && tensor === 2) values[values.length >> 1] = Number.NaN;
          return values;
        },
      }));
      return { ...model, parameters };
    },
  };
}
