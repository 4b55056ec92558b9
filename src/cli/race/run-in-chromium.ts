import type { RaceConfig } from '../../engine/config.ts';
import type { RaceResultJson } from '../../engine/result-json.ts';
import { withEnginePage } from '../headless/engine-page.ts';
import type {} from './page.ts';
import { REPORT_EVERY_MS, type ReportProgress } from './run-here.ts';

/** Runs a race on WebGPU in headless Chromium, with the same engine. Rejects with the page's own words when it fails. */
export function runInChromium(
  config: RaceConfig,
  stepLimit: number | null,
  version: string,
  onProgress: ReportProgress,
): Promise<RaceResultJson> {
  return withEnginePage('/src/cli/race/page.ts', { freestepProgress: onProgress }, (page) =>
    page.evaluate((request) => window.freestepRace(request), { config, stepLimit, version, reportEveryMs: REPORT_EVERY_MS }),
  );
}
