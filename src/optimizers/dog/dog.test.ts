import { describe, expect, it } from 'vitest';
import { planLayout } from '../../kernels/layout.ts';
import { ReferenceRunner } from '../../kernels/reference-runner.ts';
import { opsRunner } from '../../kernels/testing/host-runner.ts';
import * as tf from '../../kernels/tf.ts';
import { defaultHyper } from '../definition.ts';
import { ldog } from '../ldog/ldog.ts';
import { dog } from './dog.ts';

const layout = planLayout(
  [
    { name: 'w', shape: [3] },
    { name: 'b', shape: [2] },
  ],
  1,
);
const STEPS = 40;

function specOf(definition: typeof dog, hyper: Readonly<Record<string, number>>, x0: readonly number[]) {
  const row = {
    program: definition.program,
    hyper: { ...defaultHyper(definition), ...hyper },
    mult: new Float64Array(STEPS).fill(1),
    horizonSteps: STEPS,
  };
  return { layout, rows: [row], x0: Float64Array.from(x0), totalSteps: STEPS };
}

/** Of 0.5 |x - 1|^2. */
const gradientAt = (x: ArrayLike<number>) => Float64Array.from(x, (value) => value - 1);

describe('DoG', () => {
  it.each([0, 8])('evaluates the average of its points in which step t weighs as the package does at gamma = %d', (gamma) => {
    const runner = new ReferenceRunner(specOf(dog, { gamma, repsRel: 0.01 }, [5, 4, 3, 2, 1]));
    let average = new Float64Array(5);
    for (let t = 1; t <= STEPS; t += 1) {
      runner.step(gradientAt(runner.params), Float64Array.of(1));
      const w = (gamma + 1) / (gamma + t);
      average = average.map((value, i) => (1 - w) * value + w * (runner.params[i] ?? 0));
      runner.evalParams.forEach((value, i) => {
        // Sums of 40 terms near 5.
        expect(value).toBeCloseTo(average[i] ?? 0, 13);
      });
    }
    expect(average).not.toEqual(runner.params);
  });

  it('knows in float32 how far it has moved where the parameters are too coarse to tell', async () => {
    await tf.setBackend('cpu');
    // Steps near 1e-6 at parameters near 30, whose float32 spacing is 2e-6.
    const spec = specOf(dog, { repsRel: 1e-8 }, [30, 31, 32, 33, 34]);
    const [exact, single] = [new ReferenceRunner(spec), await opsRunner(spec)];
    const g = Float64Array.of(1, -1, 2, 0.5, 1);
    for (let t = 0; t < 8; t += 1) {
      exact.step(g, Float64Array.of(1));
      single.step(g, Float64Array.of(1));
    }
    const rbar = (await single.state()).rows[0]?.scalars.rbar?.[0] ?? Number.NaN;
    single.dispose();
    // Eight float32 steps.
    expect(rbar / (exact.scalar(0, 'rbar')[0] ?? 0)).toBeCloseTo(1, 5);
  });

  it('never moves again after a given first step along a zero gradient', () => {
    const runner = new ReferenceRunner(specOf(dog, { initEta: 0.5 }, [5, 4, 3, 2, 1]));
    runner.step(new Float64Array(5), Float64Array.of(1));
    for (let t = 0; t < 5; t += 1) runner.step(gradientAt(runner.params), Float64Array.of(1));
    expect(Array.from(runner.params)).toEqual([5, 4, 3, 2, 1]);
  });
});

describe('L-DoG', () => {
  it('makes of each tensor what DoG makes of it alone', () => {
    const x0 = [5, 4, 3, -20, 10];
    const whole = new ReferenceRunner(specOf(ldog, {}, x0));
    const alone = [
      [0, 3],
      [3, 5],
    ].map(([from = 0, to = 0]) => {
      const spec = specOf(dog, {}, x0.slice(from, to));
      return new ReferenceRunner({ ...spec, layout: planLayout([{ name: 'only', shape: [to - from] }], 1) });
    });
    for (let t = 0; t < STEPS; t += 1) {
      for (const runner of [whole, ...alone]) runner.step(gradientAt(runner.params), Float64Array.of(1));
    }
    expect(Array.from(whole.params)).toEqual(alone.flatMap((runner) => Array.from(runner.params)));
    expect(whole.scalar(0, 'rbar')).toEqual(alone.flatMap((runner) => runner.scalar(0, 'rbar')));
  });
});
