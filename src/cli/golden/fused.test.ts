import { afterAll, describe, expect, it } from 'vitest';
import { GoldenReader, listGoldenFiles } from './files.ts';
import { fusedStepper } from './fused.ts';
import { replayFile } from './replay.ts';

const files = listGoldenFiles([new URL('./data', import.meta.url).pathname]);
const reader = new GoldenReader();
const stepper = fusedStepper();
// Starting Chromium and serving the page come on top of the steps on a software adapter.
const TIMEOUT_MS = 240_000;

describe('the fused kernels follow the packages as closely as honest float32 does', () => {
  afterAll(() => stepper.close());

  it.each(['adamw', 'nadamw', 'sgd', 'prodigy', 'mechanic'])(
    '%s',
    async (optimizer) => {
      let runs = 0;
      const failed: string[] = [];
      for (const path of files.filter((file) => file.includes(`/${optimizer}.P`))) {
        const { name, content, problem } = reader.read(path);
        const report = await replayFile(name, content, problem, stepper, 'single');
        if (report.kind === 'not implemented') throw new Error(`${name} is not implemented`);
        for (const run of report.runs) {
          runs += 1;
          if (run.verdict === 'failed') failed.push(JSON.stringify(run));
        }
      }
      expect(failed).toEqual([]);
      expect(runs).toBeGreaterThanOrEqual(18);
    },
    TIMEOUT_MS,
  );
});
