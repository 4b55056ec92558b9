import type { RaceResult } from '../../engine/result.ts';
import type { ChartId } from '../../engine/view.ts';
import { describeRace } from '../share/describe.ts';

/** The sentences below a picture of a chart: the race, how several seeds are drawn, what it was measured on. */
export function captionOf(id: ChartId, { config, backend, version, finishedAt }: RaceResult): string {
  // A schedule is the same for all seeds.
  const seeds = config.seeds > 1 && id !== 'schedule' ? [`Lines are medians over ${config.seeds} seeds, bands their range.`] : [];
  const adapter = `${backend.id === 'webgpu' ? 'WebGPU' : 'WASM'}, ${backend.adapter}`;
  return [`${describeRace(config)}.`, ...seeds, `${adapter}; Freestep ${version}, ${finishedAt.slice(0, 10)}.`].join(' ');
}
