import { describe, expect, it } from 'vitest';
import { planLayout } from '../../kernels/layout.ts';
import { ReferenceRunner } from '../../kernels/reference-runner.ts';
import { defaultHyper, type OptimizerDefinition } from '../definition.ts';
import { mechanicAdam } from '../mechanicAdam/mechanicAdam.ts';
import { mechanicNadam } from '../mechanicNadam/mechanicNadam.ts';
import { mechanicNadamw } from '../mechanicNadamw/mechanicNadamw.ts';

const BETA1 = 0.8;
const BETA2 = 0.95;
const EPS = 0.01;
const DECAY = 0.2;
const MOMENTUM_DECAY = 0.5;
const LR = 0.3;
const S_DECAY = 0.1;
const S_INIT = 1e-4;
const TUNER_EPS = 1e-6;
const BETAS = [0.9, 0.99, 0.999];
const STEPS = 40;

/** The step of a base from x, in plain numbers: one parameter at a time, from the textbook. */
type BaseStep = (x: number, g: number, moments: { m: number; v: number }, t: number, L: number) => number;

function average(moments: { m: number; v: number }, g: number): void {
  moments.m = BETA1 * moments.m + (1 - BETA1) * g;
  moments.v = BETA2 * moments.v + (1 - BETA2) * g * g;
}

const root = (v: number, t: number) => Math.sqrt(v / (1 - BETA2 ** t)) + EPS;

const adamStep: BaseStep = (x, raw, moments, t, L) => {
  average(moments, raw + DECAY * x);
  return x - (L * moments.m) / (1 - BETA1 ** t) / root(moments.v, t);
};

const nadamwStep: BaseStep = (x, g, moments, t, L) => {
  average(moments, g);
  const ahead = BETA1 * moments.m + (1 - BETA1) * g;
  return x * (1 - L * DECAY) - (L * ahead) / (1 - BETA1 ** t) / root(moments.v, t);
};

const mu = (t: number) => BETA1 * (1 - 0.5 * 0.96 ** (t * MOMENTUM_DECAY));

const nadamStep: BaseStep = (x, raw, moments, t, L) => {
  const g = raw + DECAY * x;
  average(moments, g);
  let product = 1;
  for (let i = 1; i <= t; i += 1) product *= mu(i);
  const next = mu(t + 1);
  const along = ((1 - mu(t)) / (1 - product)) * g + (next / (1 - product * next)) * moments.m;
  return x - (L * along) / root(moments.v, t);
};

const START = [1, -0.5, 0.3, 2];
const CURVATURE = [0.5, 1, 2, 0.1];
const gradient = (x: readonly number[]) => x.map((value, i) => (CURVATURE[i] ?? 0) * (value - 0.7));
const multiplier = (t: number) => (t < 5 ? (t + 1) / 5 : 1 - (t - 5) / STEPS);

/** Mechanic around a base with stored sum of updates, in plain loops. Parameters and summed scale after every step. */
function expectedRun(step: BaseStep): readonly { readonly x: readonly number[]; readonly sSum: number }[] {
  let x = START;
  const moments = START.map(() => ({ m: 0, v: 0 }));
  const D = START.map(() => 0);
  const tuners = BETAS.map((beta) => ({ beta, s: 0, r: 0, v: 0, m: 1e-6 }));
  const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  const scale = () => tuners.reduce((sum, { s }) => sum + s, 0);
  const done: { readonly x: readonly number[]; readonly sSum: number }[] = [];
  for (let t = 1; t <= STEPS; t += 1) {
    const g = gradient(x);
    const y = x.map((value, i) => step(value, g[i] ?? 0, moments[i] ?? { m: 0, v: 0 }, t, LR * multiplier(t - 1)));
    const pull = (S_DECAY * scale() * norm(g)) / (norm(y) + TUNER_EPS);
    const h = D.reduce((sum, offset, i) => sum + offset * ((g[i] ?? 0) + pull * (y[i] ?? 0)), 0);
    y.forEach((value, i) => {
      D[i] = (D[i] ?? 0) + value - (x[i] ?? 0);
    });
    for (const tuner of tuners) {
      tuner.m = Math.max(tuner.beta * tuner.m, Math.abs(h));
      tuner.v = tuner.beta ** 2 * tuner.v + h * h;
      tuner.r = Math.max(0, tuner.beta * tuner.r - tuner.s * h);
      tuner.s = ((tuner.m * S_INIT) / BETAS.length + tuner.r) / (Math.sqrt(tuner.v) + TUNER_EPS);
    }
    x = START.map((value, i) => value + Math.max(scale(), 0) * (D[i] ?? 0));
    done.push({ x, sSum: scale() });
  }
  return done;
}

const bases: readonly { readonly id: string; readonly definition: OptimizerDefinition; readonly step: BaseStep }[] = [
  { id: 'Adam', definition: mechanicAdam, step: adamStep },
  { id: 'NAdam', definition: mechanicNadam, step: nadamStep },
  { id: 'NAdamW', definition: mechanicNadamw, step: nadamwStep },
];

describe('Mechanic around bases without recorded runs', () => {
  it.each(bases)('$id: makes the steps of plain loops', ({ definition, step }) => {
    const hyper = {
      ...defaultHyper(definition),
      ...{ lr: LR, beta1: BETA1, beta2: BETA2, eps: EPS, weightDecay: DECAY },
      ...('momentumDecay' in definition.hyper ? { momentumDecay: MOMENTUM_DECAY } : {}),
      ...{ sDecay: S_DECAY, sInit: S_INIT, betas: BETAS, mechanicEps: TUNER_EPS, storeDelta: true },
    };
    const mult = Float64Array.from({ length: STEPS }, (_, t) => multiplier(t));
    const layout = planLayout([{ name: 'x', shape: [START.length] }], 1);
    const rows = [{ program: definition.program, hyper, mult, horizonSteps: STEPS }];
    const runner = new ReferenceRunner({ layout, rows, x0: Float64Array.from(START), totalSteps: STEPS });
    for (const { x, sSum } of expectedRun(step)) {
      runner.step(Float64Array.from(gradient(Array.from(runner.params))), Float64Array.of(1));
      // Two orders of the same float64 arithmetic; the tuner amplifies a rounding by less than a hundred here.
      x.forEach((value, i) => {
        expect(Math.abs((runner.params[i] ?? Number.NaN) - value)).toBeLessThan(1e-12);
      });
      expect(Math.abs((runner.scalar(0, 'sSum')[0] ?? Number.NaN) / sSum - 1)).toBeLessThan(1e-11);
    }
    // The scale has grown by orders of magnitude, so that every part of the tuner had something to say.
    expect(runner.scalar(0, 'sSum')[0]).toBeGreaterThan(1e3 * S_INIT);
  });
});
