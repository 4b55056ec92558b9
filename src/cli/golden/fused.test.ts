import { afterAll, describe, expect, inject, it } from 'vitest';
import { fusedStepper } from './fused.ts';
import { recordedOptimizers, replayAll, runCount } from './testing/recorded.ts';

const stepper = fusedStepper();
// Starting Chromium and serving the page come on top of the steps on a software adapter.
const TIMEOUT_MS = 240_000;
/** The problem that amplifies rounding most, and the two whose gradients do not depend on the parameters; all six in full. */
const QUICK_PROBLEMS = ['P3', 'P5', 'P6'];
const PROBLEMS = inject('isFull') ? null : QUICK_PROBLEMS;

describe('the fused kernels follow the packages as closely as honest float32 does', () => {
  afterAll(() => stepper.close());

  it.each(recordedOptimizers)(
    '$optimizer',
    async ({ files: recorded }) => {
      const files = recorded.filter(({ content }) => PROBLEMS?.includes(content.meta.problem) ?? true);
      const runs = await replayAll(files, stepper, 'single');
      expect(runs.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
      expect(runs).toHaveLength(runCount(files, 'float32'));
    },
    TIMEOUT_MS,
  );
});
