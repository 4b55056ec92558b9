import { describe, expect, it } from 'vitest';
import { GoldenReader, listGoldenFiles } from './files.ts';
import { referenceStepper } from './reference.ts';
import { replayFile } from './replay.ts';

const files = listGoldenFiles([new URL('./data', import.meta.url).pathname]);
const reader = new GoldenReader();

describe('the float64 reference follows the packages to rounding', () => {
  it.each(['adamw', 'nadamw', 'sgd', 'prodigy', 'mechanic'])('%s', async (optimizer) => {
    const stepper = referenceStepper();
    let runs = 0;
    const failed: string[] = [];
    for (const path of files.filter((file) => file.includes(`/${optimizer}.P`))) {
      const { name, content, problem } = reader.read(path);
      const report = await replayFile(name, content, problem, stepper, 'double');
      if (report.kind === 'not implemented') throw new Error(`${name} is not implemented`);
      for (const run of report.runs) {
        runs += 1;
        if (run.verdict === 'failed') failed.push(JSON.stringify(run));
      }
    }
    expect(failed).toEqual([]);
    expect(runs).toBeGreaterThanOrEqual(18);
  });
});
