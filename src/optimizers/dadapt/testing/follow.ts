import { planLayout } from '../../../kernels/layout.ts';
import { ReferenceRunner } from '../../../kernels/reference-runner.ts';
import type { HyperValues } from '../../../kernels/step-program.ts';
import { defaultHyper, type OptimizerDefinition } from '../../definition.ts';

/** A loss of n parameters with one of its (sub)gradients. */
export interface Problem {
  readonly x0: readonly number[];
  readonly loss: (x: Float64Array) => number;
  readonly gradient: (x: Float64Array) => Float64Array;
}

export interface Followed {
  /** The estimate d after each step. */
  readonly d: readonly number[];
  readonly runner: ReferenceRunner;
}

/** Runs a D-Adaptation method on a problem in float64; `mult` gives the schedule of every step. */
export function follow(definition: OptimizerDefinition, hyper: HyperValues, problem: Problem, mult: Float64Array): Followed {
  const runner = new ReferenceRunner({
    layout: planLayout([{ name: 'x', shape: [problem.x0.length] }], 1),
    rows: [{ program: definition.program, hyper: { ...defaultHyper(definition), ...hyper }, mult, horizonSteps: mult.length }],
    x0: Float64Array.from(problem.x0),
    totalSteps: mult.length,
  });
  const d = Array.from(mult, () => {
    const x = runner.params;
    runner.step(problem.gradient(x), Float64Array.of(problem.loss(x)));
    return runner.scalar(0, 'd')[0] ?? Number.NaN;
  });
  return { d, runner };
}

export const constantSchedule = (steps: number): Float64Array => new Float64Array(steps).fill(1);

/** sum a_i |x_i - c_i|, with the subgradient 0 where x_i = c_i. */
export function absoluteValues(a: readonly number[], c: readonly number[]): Problem {
  const [weight, centre] = [Float64Array.from(a), Float64Array.from(c)];
  const offset = (x: Float64Array) => x.map((value, i) => value - (centre[i] as number));
  return {
    x0: c.map(() => 0),
    loss: (x) => offset(x).reduce((sum, value, i) => sum + (weight[i] as number) * Math.abs(value), 0),
    gradient: (x) => offset(x).map((value, i) => (weight[i] as number) * Math.sign(value)),
  };
}

/** 0.5 sum a_i (x_i - c_i)^2. */
export function quadratic(a: readonly number[], c: readonly number[]): Problem {
  const [weight, centre] = [Float64Array.from(a), Float64Array.from(c)];
  const offset = (x: Float64Array) => x.map((value, i) => value - (centre[i] as number));
  return {
    x0: c.map(() => 0),
    loss: (x) => offset(x).reduce((sum, value, i) => sum + 0.5 * (weight[i] as number) * value ** 2, 0),
    gradient: (x) => offset(x).map((value, i) => (weight[i] as number) * value),
  };
}

const SOLUTION = [-0.4228515625, -1.03515625, 0.298828125, -3.580078125, 0.5693359375, -0.6435546875, -1.4521484375, 0.197265625];

/** The quadratic P1 of the recorded trajectories: curvatures from 0.1 to 10. */
export const illConditioned = {
  problem: quadratic(
    [
      0.10000000149011612, 0.19306977093219757, 0.3727593719959259, 0.7196856737136841, 1.3894954919815063, 2.6826958656311035,
      5.179474830627441, 10,
    ],
    SOLUTION,
  ),
  solution: SOLUTION,
} as const;

/** Logistic regression on pairs of opposite examples, centred at c: sum of log(1 + exp(z)) + log(1 + exp(-z)), z = <row, x - c>, is least at c. */
export function symmetricLogistic(rows: readonly (readonly number[])[], c: readonly number[]): Problem {
  const logits = (x: Float64Array) => rows.map((row) => row.reduce((sum, value, i) => sum + value * ((x[i] ?? 0) - (c[i] ?? 0)), 0));
  const softplus = (z: number) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  return {
    x0: c.map(() => 0),
    loss: (x) => logits(x).reduce((sum, z) => sum + softplus(z) + softplus(-z), 0),
    gradient(x) {
      const gradient = new Float64Array(c.length);
      logits(x).forEach((z, j) => {
        for (let i = 0; i < c.length; i += 1) gradient[i] = (gradient[i] as number) + Math.tanh(z / 2) * (rows[j]?.[i] ?? 0);
      });
      return gradient;
    },
  };
}

export const twoNorm = (v: readonly number[]): number => Math.hypot(...v);
export const maxNorm = (v: readonly number[]): number => Math.max(...v.map(Math.abs));
