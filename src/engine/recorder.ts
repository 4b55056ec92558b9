import type { Divergence, EvaluationPoint, RunInfo, RunResult } from './result.ts';

/** What decides a run's time to target. */
export interface TargetRule {
  readonly value: number;
  readonly direction: 'lower' | 'higher';
}

/** True when a metric value is at or past the target. */
export function reachesTarget(value: number, target: TargetRule): boolean {
  return target.direction === 'lower' ? value <= target.value : value >= target.value;
}

interface RunRecord {
  readonly info: RunInfo;
  readonly series: readonly Float32Array[]; // one per column, length horizonSteps
  readonly evaluations: EvaluationPoint[];
  divergence: Divergence | null;
}

/** Everything measured in a race so far, per run. */
export class Recorder {
  readonly #runs: readonly RunRecord[];
  readonly #target: TargetRule | null;
  readonly #seconds: Float32Array; // (totalSteps)
  #steps = 0;

  constructor(infos: readonly RunInfo[], totalSteps: number, target: TargetRule | null) {
    this.#target = target;
    this.#seconds = new Float32Array(totalSteps);
    this.#runs = infos.map((info) => ({
      info,
      series: info.columns.map(() => new Float32Array(info.horizonSteps).fill(Number.NaN)),
      evaluations: [],
      divergence: null,
    }));
  }

  /** Race steps sampled so far. */
  get steps(): number {
    return this.#steps;
  }

  /** `runs[i]` is (count, columns of run i), row-major; `seconds` has one entry per step. */
  addSamples(firstStep: number, count: number, runs: readonly Float32Array[], seconds: Float32Array): void {
    this.#seconds.set(seconds, firstStep);
    this.#steps = firstStep + count;
    this.#runs.forEach(({ series, info }, run) => {
      const rows = runs[run] as Float32Array;
      const kept = Math.min(count, info.horizonSteps - firstStep);
      series.forEach((column, index) => {
        for (let step = 0; step < kept; step++) column[firstStep + step] = rows[step * series.length + index] as number;
      });
    });
  }

  addEvaluation(points: readonly (EvaluationPoint | null)[]): void {
    this.#runs.forEach(({ evaluations }, run) => {
      const point = points[run];
      if (point) evaluations.push(point);
    });
  }

  addDivergence(run: number, divergence: Divergence): void {
    const record = this.#runs[run];
    if (record !== undefined) record.divergence = divergence;
  }

  divergenceOf(run: number): Divergence | null {
    return this.#runs[run]?.divergence ?? null;
  }

  /** Training seconds at each step so far. */
  seconds(): Float32Array {
    return this.#seconds.slice(0, this.#steps);
  }

  results(): readonly RunResult[] {
    return this.#runs.map(({ info, series, evaluations, divergence }) => {
      // The step that diverged is kept: its loss may be the NaN or infinity that ended the run.
      const length = Math.min(this.#steps, info.horizonSteps, divergence === null ? this.#steps : divergence.step + 1);
      const target = this.#target;
      const reached = target === null ? undefined : evaluations.find(({ metrics }) => reachesTarget(metrics[0] as number, target));
      return {
        ...info,
        series: series.map((column) => column.slice(0, length)),
        evaluations: [...evaluations],
        divergence,
        timeToTarget: reached === undefined ? null : { steps: reached.step, seconds: reached.seconds },
      };
    });
  }
}
