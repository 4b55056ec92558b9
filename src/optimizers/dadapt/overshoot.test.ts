import { describe, expect, it } from 'vitest';
import { dadaptAdan } from '../dadaptAdan/dadaptAdan.ts';
import { dadaptSgd } from '../dadaptSgd/dadaptSgd.ts';
import { constantSchedule, follow, illConditioned, maxNorm, twoNorm } from './testing/follow.ts';

describe('the practical forms estimate, they do not bound', () => {
  it('D-Adapt Adan takes the max-norm distance of 3.6 for 32', () => {
    const { d } = follow(dadaptAdan, {}, illConditioned.problem, constantSchedule(60));
    // As the recorded run of the authors' package does.
    expect(maxNorm(illConditioned.solution)).toBeCloseTo(3.58, 2);
    expect(d.at(-1)).toBeCloseTo(32.23, 2);
  });

  it('D-Adapt SGD with momentum takes the 2-norm distance of 4.1 for 5.9', () => {
    const { d } = follow(dadaptSgd, { momentum: 0.9 }, illConditioned.problem, constantSchedule(60));
    expect(twoNorm(illConditioned.solution)).toBeCloseTo(4.13, 2);
    expect(d.at(-1)).toBeCloseTo(5.85, 2);
  });

  it('so that none of them is said to be a lower bound', () => {
    for (const { estimate } of [dadaptAdan, dadaptSgd]) expect(estimate).not.toHaveProperty('isLowerBound');
  });
});
