import * as v from 'valibot';
import type { TensorSpec } from '../../kernels/layout.ts';

// Long arrays are checked for being arrays only: checking each of a million numbers would take longer than replaying them.
const numbers = v.custom<readonly number[]>((value) => Array.isArray(value), 'expected a list of numbers');
const table = v.custom<readonly (readonly number[])[]>(
  (value) => Array.isArray(value) && value.every(Array.isArray),
  'expected a list of lists of numbers',
);

const common = {
  steps: v.pipe(v.number(), v.integer()),
  shapes: v.array(v.array(v.pipe(v.number(), v.integer()))),
  names: v.array(v.string()),
  x0: numbers,
  schedules: v.record(v.string(), numbers),
};

const problemSchema = v.variant('kind', [
  v.object({ ...common, kind: v.literal('quadratic'), a: numbers, c: numbers }),
  v.object({ ...common, kind: v.literal('abs'), c: numbers }),
  v.object({ ...common, kind: v.literal('logreg'), X: table, y: numbers }),
  v.object({ ...common, kind: v.literal('mlp'), X: table, T: table, batches: table }),
  v.object({ ...common, kind: v.literal('recorded'), grads: table, losses: numbers }),
]);

export const problemsSchema = v.record(v.string(), problemSchema);
export type Problem = v.InferOutput<typeof problemSchema>;
export type Problems = v.InferOutput<typeof problemsSchema>;

/** Loss and gradient at one point, in float64. */
export interface Evaluation {
  readonly loss: number;
  readonly gradient: Float64Array; // (size)
}

export function problemTensors({ names, shapes }: Problem): readonly TensorSpec[] {
  return names.map((name, index) => ({ name, shape: shapes[index] ?? [] }));
}

/** Loss and gradient of a problem at packed parameters, for step `step` = 0, 1, ... */
export function evaluate(problem: Problem, params: ArrayLike<number>, step: number): Evaluation {
  switch (problem.kind) {
    case 'quadratic':
      return quadratic(problem, params);
    case 'abs':
      return absolute(problem, params);
    case 'logreg':
      return logisticRegression(problem, params);
    case 'mlp':
      return twoLayerNetwork(problem, params, step);
    case 'recorded':
      return { loss: at(problem.losses, step), gradient: Float64Array.from(at(problem.grads, step)) };
    default:
      return problem satisfies never;
  }
}

/** 0.5 sum a_i (x_i - c_i)^2 */
function quadratic({ a, c }: Extract<Problem, { kind: 'quadratic' }>, x: ArrayLike<number>): Evaluation {
  let loss = 0;
  const gradient = Float64Array.from(c, (center, i) => {
    const offset = at(x, i) - center;
    loss += 0.5 * at(a, i) * offset ** 2;
    return at(a, i) * offset;
  });
  return { loss, gradient };
}

/** sum |x_i - c_i|, with the subgradient 0 at the kink */
function absolute({ c }: Extract<Problem, { kind: 'abs' }>, x: ArrayLike<number>): Evaluation {
  let loss = 0;
  const gradient = Float64Array.from(c, (center, i) => {
    loss += Math.abs(at(x, i) - center);
    return Math.sign(at(x, i) - center);
  });
  return { loss, gradient };
}

/** Mean over rows of log(1 + exp z) - y z, z = X w + b */
function logisticRegression({ X, y }: Extract<Problem, { kind: 'logreg' }>, x: ArrayLike<number>): Evaluation {
  const inputs = X[0]?.length ?? 0;
  const gradient = new Float64Array(inputs + 1);
  let loss = 0;
  X.forEach((row, index) => {
    const z = row.reduce((sum, value, i) => sum + value * at(x, i), at(x, inputs));
    loss += (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - at(y, index) * z) / X.length;
    const slope = (1 / (1 + Math.exp(-z)) - at(y, index)) / X.length;
    row.forEach((value, i) => {
      gradient[i] = at(gradient, i) + slope * value;
    });
    gradient[inputs] = at(gradient, inputs) + slope;
  });
  return { loss, gradient };
}

/** h = tanh(X w1^T + b1), o = h w2^T + b2; mean of (o - T)^2 over the step's rows and both outputs */
function twoLayerNetwork({ X, T, batches, shapes }: Extract<Problem, { kind: 'mlp' }>, x: ArrayLike<number>, step: number): Evaluation {
  const [hidden = 0, inputs = 0] = shapes[0] ?? [];
  const outputs = shapes[2]?.[0] ?? 0;
  const b1 = hidden * inputs;
  const w2 = b1 + hidden;
  const b2 = w2 + outputs * hidden;
  const gradient = new Float64Array(b2 + outputs);
  const add = (index: number, value: number) => {
    gradient[index] = at(gradient, index) + value;
  };
  const batch = at(batches, step);
  let loss = 0;
  for (const rowIndex of batch) {
    const row = at(X, rowIndex);
    const h = Array.from({ length: hidden }, (_, j) =>
      Math.tanh(row.reduce((sum, value, i) => sum + value * at(x, j * inputs + i), at(x, b1 + j))),
    );
    const dh = new Float64Array(hidden);
    for (let o = 0; o < outputs; o += 1) {
      const out = h.reduce((sum, value, j) => sum + value * at(x, w2 + o * hidden + j), at(x, b2 + o));
      const error = out - at(at(T, rowIndex), o);
      const scale = 1 / (batch.length * outputs);
      loss += error ** 2 * scale;
      const slope = 2 * error * scale;
      add(b2 + o, slope);
      h.forEach((value, j) => {
        add(w2 + o * hidden + j, slope * value);
        dh[j] = at(dh, j) + slope * at(x, w2 + o * hidden + j);
      });
    }
    h.forEach((value, j) => {
      const slope = at(dh, j) * (1 - value ** 2);
      add(b1 + j, slope);
      row.forEach((input, i) => {
        add(j * inputs + i, slope * input);
      });
    });
  }
  return { loss, gradient };
}

function at<T>(values: ArrayLike<T>, index: number): T {
  const value = values[index];
  if (value === undefined) throw new Error(`The problem's data ends before entry ${index}.`);
  return value;
}
