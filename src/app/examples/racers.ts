import type { RaceConfig } from '../../engine/config.ts';
import { findOptimizer } from '../store/definitions.ts';
import { racerLabels } from '../store/labels.ts';
import type { RaceState } from '../store/race-store.ts';
import { type SeriesStyle, seriesStyle } from '../theme/series.ts';

export interface ShownRacer {
  readonly key: string;
  readonly label: string;
  readonly style: SeriesStyle;
}

/** Racers of the race on screen that the legend does not hide, called and coloured as there. */
export function shownRacers({ samples, config }: Pick<RaceState, 'samples' | 'config'>): readonly ShownRacer[] {
  const race: RaceConfig = samples?.config ?? config;
  const labels = racerLabels(race);
  const hidden = new Set(config.racers.filter((racer) => racer.hidden).map(({ key }) => key));
  return race.racers
    .filter(({ key }) => !hidden.has(key))
    .map(({ key, optimizer }) => ({
      key,
      label: labels[key] ?? optimizer,
      style: seriesStyle(key, findOptimizer(optimizer)?.family ?? 'free'),
    }));
}
