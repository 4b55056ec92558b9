import { isImplemented } from '../arguments.ts';
import { type GoldenFile, GoldenReader, listGoldenFiles } from '../files.ts';
import { replayFile } from '../replay.ts';
import type { GoldenStepper } from '../stepper.ts';

const paths = listGoldenFiles([new URL('../data', import.meta.url).pathname]);
const reader = new GoldenReader();

/** A recorded file by its name, e.g. 'adamw.P5'. */
export function recordedFile(name: string): GoldenFile {
  return reader.read(paths.find((path) => path.includes(`/${name}.`)) ?? '');
}

const all = paths.filter((path) => !path.includes('/problems.')).map((path) => reader.read(path));

/** Every optimizer with recorded trajectories that the registry implements, with its files. */
export const recordedOptimizers: readonly { readonly optimizer: string; readonly files: readonly GoldenFile[] }[] = [
  ...new Set(all.map(({ content }) => content.meta.optimizer)),
]
  .filter(isImplemented)
  .map((optimizer) => ({ optimizer, files: all.filter(({ content }) => content.meta.optimizer === optimizer) }));

/** Replays some files; throws when one cannot be. */
export async function replayAll(files: readonly GoldenFile[], stepper: GoldenStepper, precision: 'double' | 'single') {
  const runs = [];
  for (const { name, content, problem } of files) {
    const report = await replayFile(name, content, problem, stepper, precision);
    if (report.kind === 'not implemented') throw new Error(`${name} is not implemented`);
    runs.push(...report.runs);
  }
  return runs;
}

/** How many runs a replay of some files has to report. */
export function runCount(files: readonly GoldenFile[], dtype: 'float64' | 'float32'): number {
  return files.reduce((sum, { content }) => sum + content.runs.filter((run) => run.dtype === dtype).length, 0);
}
