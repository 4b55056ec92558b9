import type { Bar } from './bars.ts';
import { CONTENDERS } from './contenders.ts';
import { type Table, threeDigits } from './words.ts';
import type { WorkloadSteps } from './workload-steps.ts';

/** A backward pass costs two forward ones; what is no product may cost one and a half times as much as all products. */
const PASSES = 3;
const SLACK = 2.5;
/** Of one kernel on a software adapter. */
const LAUNCH_MS = 0.03;
/** Share of the wall time that evaluations may take. */
const MOST_EVALUATION = 0.25;

/** What a step may take, from the multiply-adds that a bare product reached in the same run, ms. */
export const allowedMs = ({ forwardMultiplyAdds, runs, dispatches, multiplyAddsPerSecond }: WorkloadSteps): number =>
  SLACK * ((1000 * PASSES * forwardMultiplyAdds * runs) / multiplyAddsPerSecond) + LAUNCH_MS * dispatches;

const nameOf = ({ workload, runs }: WorkloadSteps): string => `${workload}, R = ${runs}`;

/** A training step against what its products alone would take, and the share of evaluations. */
export function workloadBars(steps: readonly WorkloadSteps[]): readonly Bar[] {
  return steps.flatMap((own): readonly Bar[] => [
    ...(own.of === 'compiled-webgpu'
      ? [
          {
            figure: `${CONTENDERS[own.of].label}: step`,
            on: nameOf(own),
            value: own.stepMs.median,
            unit: 'ms',
            bar: allowedMs(own),
            sense: 'at most',
          } as const,
        ]
      : []),
    {
      figure: `${CONTENDERS[own.of].label}: share of evaluations`,
      on: nameOf(own),
      value: own.evaluationShare,
      unit: '%',
      bar: MOST_EVALUATION,
      sense: 'at most',
    },
  ]);
}

export function workloadsTable(steps: readonly WorkloadSteps[]): Table {
  return {
    head: [
      ...['workload', 'R', 'generator', 'parameters', 'forward, million multiply-adds', 'dispatches', 'ms per step', 'allowed, ms'],
      ...['evaluation, ms', 'share of evaluations', 'until the first step, ms', 'product, G multiply-adds/s'],
    ],
    rows: steps.map((own) => [
      own.workload,
      String(own.runs),
      own.of === 'compiled-webgpu' ? 'WGSL' : 'WASM',
      own.parameters.toLocaleString('en').replaceAll(',', ' '),
      threeDigits(own.forwardMultiplyAdds / 1e6),
      own.dispatches === 0 ? '–' : own.dispatches.toFixed(0),
      threeDigits(own.stepMs.median),
      own.of === 'compiled-webgpu' ? threeDigits(allowedMs(own)) : '–',
      threeDigits(own.evaluationMs),
      `${(100 * own.evaluationShare).toFixed(1)} %`,
      own.compileMs.toFixed(0),
      threeDigits(own.multiplyAddsPerSecond / 1e9),
    ]),
  };
}
