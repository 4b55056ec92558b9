import { join } from 'node:path';
import type { RaceConfig } from '../../engine/config.ts';
import { RaceControl } from '../../engine/control.ts';
import { type RaceResultJson, resultToJson } from '../../engine/result-json.ts';
import { runRace } from '../../engine/run-race.ts';
import { nodeThreads } from '../../engine/threads/node-threads.node.ts';
import { openWasmRuntime } from '../../engine/wasm-runtime.ts';
import { fetchFromDisk } from '../../workloads/fetch-from-disk.ts';

/** Steps made so far of all steps, or a phase before the first step. */
export type ReportProgress = (step: number, totalSteps: number) => void;

/** Reports less often than a page: nobody watches curves. */
export const REPORT_EVERY_MS = 500;

/** Runs a race in this process on WebAssembly. */
export async function runHere(
  config: RaceConfig,
  stepLimit: number | null,
  root: string,
  version: string,
  onProgress: ReportProgress,
): Promise<RaceResultJson> {
  const runtime = openWasmRuntime('command line', nodeThreads());
  let totalSteps = 0;
  const { result } = await runRace({
    config,
    runtime,
    fetchFile: fetchFromDisk(join(root, 'public/data')),
    control: new RaceControl(false),
    emit: (event) => {
      if (event.type === 'started') totalSteps = Math.min(event.totalSteps, stepLimit ?? event.totalSteps);
      if (event.type === 'samples') onProgress(event.firstStep + event.count, totalSteps);
    },
    version,
    reportEveryMs: REPORT_EVERY_MS,
    ...(stepLimit === null ? {} : { stepLimit }),
  });
  runtime.dispose();
  return resultToJson(result);
}
