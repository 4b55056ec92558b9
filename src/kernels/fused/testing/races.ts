import { fillUniform } from '../../counter-random.ts';
import { FUSED_ALIGN, type ParamLayout, planLayout } from '../../layout.ts';
import type { RowSpec, RunnerSpec, RunnerState } from '../../optimizer-runner.ts';
import type { HyperValues, StepProgram } from '../../step-program.ts';

/** Standard normal enough for a test: the sum of four uniforms, centred and scaled; padding zero. (rows, n), exact in float32. */
export function noiseRows(layout: ParamLayout, seeds: readonly number[], stream: number): Float64Array<ArrayBuffer> {
  const result = new Float64Array(seeds.length * layout.n);
  const uniforms = new Float32Array(layout.size * 4);
  seeds.forEach((seed, row) => {
    fillUniform(seed, stream, 0, uniforms);
    let from = 0;
    for (const { offset, size } of layout.tensors) {
      for (let element = 0; element < size; element += 1) {
        const sum = uniforms.subarray(from, from + 4).reduce((total, value) => total + value, 0);
        result[row * layout.n + offset + element] = Math.fround((sum - 2) * Math.sqrt(3));
        from += 4;
      }
    }
  });
  return result;
}

/** A layout of flat tensors, aligned as the fused kernels need it. */
export function flatLayout(...sizes: number[]): ParamLayout {
  return planLayout(
    sizes.map((size, index) => ({ name: `t${index}`, shape: [size] })),
    FUSED_ALIGN,
  );
}

/** A schedule that is different at every step: a ramp up, then down. */
export function rampSchedule(steps: number): Float64Array {
  return Float64Array.from({ length: steps }, (_, t) => (1 + Math.min(t, 2)) / (3 + Math.max(0, t - 2)));
}

export function rowSpec(program: StepProgram, hyper: HyperValues, totalSteps: number, horizonSteps = totalSteps): RowSpec {
  return { program, hyper, mult: rampSchedule(totalSteps), horizonSteps };
}

/** A race whose row r starts at noise of its own seed. */
export function noiseRace(
  layout: ParamLayout,
  rows: readonly RowSpec[],
  totalSteps: number,
  seeds = rows.map((_, row) => row),
): RunnerSpec {
  return { layout, rows, x0: Float32Array.from(noiseRows(layout, seeds, 0)), totalSteps };
}

/** Rows of a race on their own, in the given order. */
export function onlyRows(spec: RunnerSpec, members: readonly number[]): RunnerSpec {
  const { n } = spec.layout;
  const x0 = new Float32Array(members.length * n);
  members.forEach((row, index) => {
    x0.set(spec.x0.subarray(row * n, (row + 1) * n), index * n);
  });
  return { ...spec, rows: members.map((row) => spec.rows[row] as RowSpec), x0 };
}

/** The rows of a state, parameters included, as one list of numbers each: for comparing bits. */
export function rowBits(state: RunnerState, layout: ParamLayout): readonly (readonly number[])[] {
  return state.rows.map(({ k, slots, scalars }, row) => [
    k,
    ...state.params.subarray(row * layout.n, (row + 1) * layout.n),
    ...Object.values(slots).flatMap((values) => Array.from(values)),
    ...Object.values(scalars).flat(),
  ]);
}

export interface Difference {
  /** Largest |actual - expected|, relative to the largest |expected| or `floor`. NaN where either is not a number. */
  readonly relative: number;
  readonly index: number;
  readonly actual: number;
  readonly expected: number;
}

/** The worst difference of two vectors in the max-norm. `floor` keeps vectors that should be zero from being compared by ratio. */
export function worstDifference(actual: ArrayLike<number>, expected: ArrayLike<number>, floor = Number.MIN_VALUE): Difference {
  if (actual.length !== expected.length) throw new Error(`Compared ${actual.length} values with ${expected.length}.`);
  let scale = floor;
  let worst = 0;
  let index = 0;
  for (let i = 0; i < expected.length; i += 1) {
    scale = Math.max(scale, Math.abs(expected[i] as number));
    const difference = Math.abs((actual[i] as number) - (expected[i] as number));
    if (difference > worst || Number.isNaN(difference)) {
      worst = difference;
      index = i;
      if (Number.isNaN(difference)) break;
    }
  }
  return { relative: worst / scale, index, actual: actual[index] as number, expected: expected[index] as number };
}
