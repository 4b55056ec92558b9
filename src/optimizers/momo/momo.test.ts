import { describe, expect, it } from 'vitest';
import { planLayout } from '../../kernels/layout.ts';
import { ReferenceRunner } from '../../kernels/reference-runner.ts';
import { opsRunner } from '../../kernels/testing/host-runner.ts';
import * as tf from '../../kernels/tf.ts';
import { defaultHyper, type OptimizerDefinition } from '../definition.ts';
import { momoAdam } from '../momoAdam/momoAdam.ts';
import { momo } from './momo.ts';

const layout = planLayout([{ name: 'w', shape: [4] }], 1);
const STEPS = 30;

function specOf(definition: OptimizerDefinition, hyper: Readonly<Record<string, number | boolean>> = {}) {
  const row = {
    program: definition.program,
    hyper: { ...defaultHyper(definition), ...hyper },
    mult: Float64Array.from({ length: STEPS }, (_, t) => 1 - t / (2 * STEPS)),
    horizonSteps: STEPS,
  };
  return { layout, rows: [row], x0: Float64Array.of(5, -4, 3, 2), totalSteps: STEPS };
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
/** Of 0.5 x^T diag(1, 2, 3, 4) x / 4, which has its minimum, 0, at 0. */
const gradientAt = (x: ArrayLike<number>) => Float64Array.from(x, (value, i) => ((i + 1) / 4) * value);
const lossAt = (x: ArrayLike<number>) => 0.5 * dot(x, gradientAt(x));

describe('the model of the loss', () => {
  it.each([
    { label: 'plain', definition: momo, hyper: {} },
    { label: 'with decay', definition: momo, hyper: { weightDecay: 0.3, lb: -1, lr: 0.2 } },
    { label: 'from zero', definition: momo, hyper: { weightDecay: 0.3, biasCorrection: true } },
    { label: "in Adam's norm", definition: momoAdam, hyper: { lr: 0.5, weightDecay: 0.3 } },
    { label: 'with the decay of AdamW', definition: momoAdam, hyper: { lr: 0.5, weightDecay: 0.3, divide: false } },
  ])('carried from step to step is what averages of losses and inner products say, $label', ({ definition, hyper }) => {
    const runner = new ReferenceRunner(specOf(definition, hyper));
    const beta = 0.9;
    const startsAtFirst = definition === momo && !('biasCorrection' in hyper);
    let Gam = 0;
    for (let t = 0; t < STEPS; t += 1) {
      const x = runner.params;
      const g = gradientAt(x);
      Gam = startsAtFirst && t === 0 ? dot(x, g) : beta * Gam + (1 - beta) * dot(x, g);
      runner.step(g, Float64Array.of(lossAt(x)));
      const [F = 0] = runner.scalar(0, 'F');
      // Sums of 30 terms near 30.
      expect(runner.scalar(0, 'M')[0]).toBeCloseTo(F + dot(runner.slot(0, 'D'), x) - Gam, 12);
    }
  });

  it('keeps in float32 the digits of a step that averages would lose in their sum', async () => {
    await tf.setBackend('cpu');
    // A loss far below |D| |x|: every step takes the model to zero, and what is left of it is a millionth of the inner products.
    const spec = specOf(momo, { lr: 100 });
    const [exact, single] = [new ReferenceRunner(spec), await opsRunner(spec)];
    const g = Float64Array.of(1, -2, 1, 0.5);
    for (let t = 0; t < 12; t += 1) {
      const loss = Float64Array.of(2 ** -(t + 12));
      exact.step(g, loss);
      single.step(g, loss);
    }
    const tau = (await single.state()).rows[0]?.scalars.tau?.[0] ?? Number.NaN;
    single.dispose();
    // A dozen float32 steps.
    expect(tau / (exact.scalar(0, 'tau')[0] ?? 0)).toBeCloseTo(1, 5);
  });
});

describe.each([momo, momoAdam])('$label', (definition) => {
  it('has a finite model step where the gradient is zero, and moves nothing', () => {
    const runner = new ReferenceRunner(specOf(definition));
    runner.step(new Float64Array(4), Float64Array.of(2));
    expect(runner.scalar(0, 't1')).toEqual([1e30]);
    expect(runner.scalar(0, 'tau')).toEqual(runner.scalar(0, 'cap'));
    expect(Array.from(runner.params)).toEqual([5, -4, 3, 2]);
  });

  it('makes no step while the loss is below the lower bound', () => {
    const runner = new ReferenceRunner(specOf(definition, { lb: 10 }));
    runner.step(Float64Array.of(1, 1, 1, 1), Float64Array.of(2));
    expect(runner.scalar(0, 'tau')).toEqual([0]);
    expect(Array.from(runner.params)).toEqual([5, -4, 3, 2]);
  });

  it('adapts the lower bound from the given one upwards, never below it', () => {
    const runner = new ReferenceRunner(specOf(definition, { lr: 0.5, lb: -5, useFstar: true }));
    const bounds: number[] = [];
    for (let t = 0; t < STEPS; t += 1) {
      runner.step(gradientAt(runner.params), Float64Array.of(1 + lossAt(runner.params)));
      bounds.push(runner.scalar(0, 'lb')[0] ?? Number.NaN);
    }
    expect(Math.min(...bounds)).toBeGreaterThanOrEqual(-5);
    expect(bounds.at(-1)).toBeGreaterThan(-5);
  });
});
