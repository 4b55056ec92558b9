import { afterAll, describe, expect, it } from 'vitest';
import { fusedStepper } from './fused.ts';
import { recordedOptimizers, replayAll, runCount } from './testing/recorded.ts';

const stepper = fusedStepper();
// Starting Chromium and serving the page come on top of the steps on a software adapter.
const TIMEOUT_MS = 240_000;

describe('the fused kernels follow the packages as closely as honest float32 does', () => {
  afterAll(() => stepper.close());

  it.each(recordedOptimizers)(
    '$optimizer',
    async ({ files }) => {
      const runs = await replayAll(files, stepper, 'single');
      expect(runs.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
      expect(runs).toHaveLength(runCount(files, 'float32'));
    },
    TIMEOUT_MS,
  );
});
