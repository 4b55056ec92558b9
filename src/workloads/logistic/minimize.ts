/** The full-batch training set of one problem, as the model sees it. */
export interface TrainingSet {
  readonly x: Float32Array; // (n, d) normalised features
  readonly y: Float32Array; // (n, C) one-hot
  readonly features: number;
  readonly classes: number;
}

/** Value and derivatives of the objective at one point. Parameters are W (d, C) row-major, then b (C). */
export interface Expansion {
  readonly objective: number;
  readonly gradient: Float64Array;
  /** Hessian times a vector. */
  hessianProduct(direction: Float64Array): Float64Array;
}

export interface Minimum {
  readonly parameters: Float64Array;
  readonly objective: number;
  /** 2-norm of the gradient. */
  readonly gradientNorm: number;
  readonly newtonSteps: number;
}

const MAX_NEWTON_STEPS = 100;
/** Objective differences below this share of the value are rounding: sums of thousands of terms in float64. */
const ROUNDING = 1e-13;

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};
const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));

/** (n, C): x W + b. */
function affine({ x, features: d, classes: C }: TrainingSet, parameters: Float64Array): Float64Array {
  const n = x.length / d;
  const out = new Float64Array(n * C);
  for (let row = 0; row < n; row++) {
    for (let c = 0; c < C; c++) out[row * C + c] = parameters[d * C + c] as number;
    for (let j = 0; j < d; j++) {
      const value = x[row * d + j] as number;
      if (value === 0) continue;
      for (let c = 0; c < C; c++) out[row * C + c] = (out[row * C + c] as number) + value * (parameters[j * C + c] as number);
    }
  }
  return out;
}

/** The transpose of `affine`, divided by n, plus the ridge's part: gradients and Hessian products alike. s (n, C) */
function pullBack({ x, features: d, classes: C }: TrainingSet, s: Float64Array, parameters: Float64Array, ridge: number): Float64Array {
  const n = x.length / d;
  const out = new Float64Array((d + 1) * C);
  for (let row = 0; row < n; row++) {
    for (let c = 0; c < C; c++) out[d * C + c] = (out[d * C + c] as number) + (s[row * C + c] as number);
    for (let j = 0; j < d; j++) {
      const value = x[row * d + j] as number;
      if (value === 0) continue;
      for (let c = 0; c < C; c++) out[j * C + c] = (out[j * C + c] as number) + value * (s[row * C + c] as number);
    }
  }
  return out.map((value, i) => value / n + ridge * (parameters[i] as number));
}

/** Mean cross-entropy over all rows + ridge / 2 |parameters|^2, in float64. */
export function expand(set: TrainingSet, parameters: Float64Array, ridge: number): Expansion {
  const { y, classes: C } = set;
  const n = y.length / C;
  const p = affine(set, parameters); // logits, turned into probabilities below
  let sum = 0;
  for (let row = 0; row < n; row++) {
    let max = Number.NEGATIVE_INFINITY;
    let label = 0;
    for (let c = 0; c < C; c++) {
      max = Math.max(max, p[row * C + c] as number);
      if (y[row * C + c] === 1) label = c;
    }
    const labelLogit = p[row * C + label] as number;
    let total = 0;
    for (let c = 0; c < C; c++) {
      const e = Math.exp((p[row * C + c] as number) - max);
      p[row * C + c] = e;
      total += e;
    }
    for (let c = 0; c < C; c++) p[row * C + c] = (p[row * C + c] as number) / total;
    sum += Math.log(total) + max - labelLogit;
  }
  const residual = p.map((value, i) => value - (y[i] as number));
  return {
    objective: sum / n + (ridge / 2) * dot(parameters, parameters),
    gradient: pullBack(set, residual, parameters, ridge),
    hessianProduct(direction) {
      const u = affine(set, direction);
      for (let row = 0; row < n; row++) {
        let mean = 0;
        for (let c = 0; c < C; c++) mean += (p[row * C + c] as number) * (u[row * C + c] as number);
        for (let c = 0; c < C; c++) u[row * C + c] = (p[row * C + c] as number) * ((u[row * C + c] as number) - mean);
      }
      return pullBack(set, u, direction, ridge);
    },
  };
}

/** Solves H s = -g by conjugate gradients until the residual is `tolerance` times the gradient. */
function newtonDirection({ gradient, hessianProduct }: Expansion, tolerance: number): Float64Array {
  const s = new Float64Array(gradient.length);
  const r = gradient.map((value) => -value);
  const p = r.slice();
  let rr = dot(r, r);
  const stop = (tolerance * norm(gradient)) ** 2;
  for (let iteration = 0; iteration < 10 * gradient.length && rr > stop; iteration++) {
    const Hp = hessianProduct(p);
    const alpha = rr / dot(p, Hp);
    for (let i = 0; i < s.length; i++) {
      s[i] = (s[i] as number) + alpha * (p[i] as number);
      r[i] = (r[i] as number) - alpha * (Hp[i] as number);
    }
    const rrNext = dot(r, r);
    for (let i = 0; i < p.length; i++) p[i] = (r[i] as number) + (rrNext / rr) * (p[i] as number);
    rr = rrNext;
  }
  return s;
}

/**
 * The minimizer of the ridged objective from 0, by Newton's method with conjugate gradients and backtracking, in float64.
 * Throws when the gradient norm does not get below `tolerance`.
 */
export function minimize(set: TrainingSet, ridge: number, tolerance: number): Minimum {
  let parameters = new Float64Array((set.features + 1) * set.classes);
  let at = expand(set, parameters, ridge);
  for (let newtonSteps = 0; newtonSteps < MAX_NEWTON_STEPS; newtonSteps++) {
    const gradientNorm = norm(at.gradient);
    if (gradientNorm < tolerance) return { parameters, objective: at.objective, gradientNorm, newtonSteps };
    const s = newtonDirection(at, Math.min(0.1, Math.sqrt(gradientNorm)));
    const slope = dot(at.gradient, s);
    for (let length = 1; ; length /= 2) {
      if (length < 1e-10) throw new Error(`No descent at Newton step ${newtonSteps}, gradient norm ${gradientNorm}`);
      const trial = parameters.map((value, i) => value + length * (s[i] as number));
      const next = expand(set, trial, ridge);
      if (next.objective <= at.objective + 1e-4 * length * slope + ROUNDING * Math.abs(at.objective)) {
        parameters = trial;
        at = next;
        break;
      }
    }
  }
  throw new Error(`Gradient norm ${norm(at.gradient)} after ${MAX_NEWTON_STEPS} Newton steps: above ${tolerance}`);
}
