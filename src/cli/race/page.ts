import { openBackend } from '../../engine/backend.ts';
import type { RaceConfig } from '../../engine/config.ts';
import { RaceControl } from '../../engine/control.ts';
import { type RaceResultJson, resultToJson } from '../../engine/result-json.ts';
import { runRace } from '../../engine/run-race.ts';
import { fetchFromUrl } from '../../workloads/fetch-from-url.ts';
import '../headless/window.ts';

/** What the command line sends to the page. */
export interface HeadlessRequest {
  readonly config: RaceConfig;
  readonly stepLimit: number | null;
  readonly version: string;
  readonly reportEveryMs: number;
}

declare global {
  interface Window {
    /** Provided by the command line: steps made of all steps. */
    freestepProgress(step: number, totalSteps: number): Promise<void>;
    /** Called by the command line. */
    freestepRace(request: HeadlessRequest): Promise<RaceResultJson>;
  }
}

window.freestepRace = async ({ config, stepLimit, version, reportEveryMs }) => {
  const base = new URL('./', location.href);
  const runtime = await openBackend('webgpu');
  let totalSteps = 0;
  const { result } = await runRace({
    config,
    runtime,
    fetchFile: fetchFromUrl(new URL('data/', base).href),
    control: new RaceControl(false),
    emit: (event) => {
      if (event.type === 'started') totalSteps = Math.min(event.totalSteps, stepLimit ?? event.totalSteps);
      if (event.type === 'samples') void window.freestepProgress(event.firstStep + event.count, totalSteps);
    },
    version,
    reportEveryMs,
    ...(stepLimit === null ? {} : { stepLimit }),
  });
  runtime.dispose();
  return resultToJson(result);
};

window.isFreestepReady = true;
