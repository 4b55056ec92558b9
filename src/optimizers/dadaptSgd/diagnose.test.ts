import { describe, expect, it } from 'vitest';
import { constantSchedule, follow, illConditioned } from '../dadapt/testing/follow.ts';
import { type DiagnosisInput, defaultHyper } from '../definition.ts';
import { dadaptSgd } from './dadaptSgd.ts';

function inputOf(d: readonly number[], loss: readonly number[]): DiagnosisInput {
  return {
    hyper: defaultHyper(dadaptSgd),
    steps: d.map((_, index) => index),
    trace: (id) => Float32Array.from(id === 'd' ? d : d.map(() => 0)),
    rmsStep: new Float32Array(d.length),
    loss: Float32Array.from(loss),
    mult: new Float32Array(d.length).fill(1),
    warmupSteps: 0,
    isFinished: true,
  };
}

const settled = [...Array.from({ length: 20 }, (_, t) => 1e-6 * 2 ** t), ...Array.from({ length: 80 }, () => 0.6)];

describe('what is said about D-Adapt SGD', () => {
  it('says when the fixed step became too long, and two ways out', () => {
    const loss = settled.map((_, t) => (t < 50 ? 2 : 2 * 1.5 ** (t - 50)));
    const [finding] = dadaptSgd.diagnose(inputOf(settled, loss));
    expect(finding).toMatch(/^The loss rose to 4\.25e8 times its start: .* Try Multiplier = 0\.1, or a momentum of 0\.9\.$/);
  });

  it('says only what the estimate did where the loss fell', () => {
    const loss = settled.map((_, t) => 2 / (t + 1));
    expect(dadaptSgd.diagnose(inputOf(settled, loss))).toEqual(['d settled at 0.600 after 21 steps.']);
  });

  it('suggests what helps in a real run: curvatures from 0.1 to 10', () => {
    const { problem } = illConditioned;
    const lossAfter = (hyper: Readonly<Record<string, number>>) =>
      problem.loss(follow(dadaptSgd, hyper, problem, constantSchedule(60)).runner.params);
    const start = problem.loss(new Float64Array(8));
    expect(lossAfter({})).toBeGreaterThan(10 * start);
    expect(lossAfter({ lr: 0.1 })).toBeLessThan(start);
    expect(lossAfter({ momentum: 0.9 })).toBeLessThan(start);
  });
});
