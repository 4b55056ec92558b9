import type { RaceResult } from '../../engine/result.ts';
import { actions } from '../store/actions.ts';
import { countChanges } from '../store/changes.ts';
import type { RaceState } from '../store/race-store.ts';
import { raceStore } from '../store/store.ts';
import { linkTo } from './link.ts';
import { sharedOf } from './shared-race.ts';

/** The reader's own theme and an embed's dress do not belong to a link for somebody else. */
export function viewToShare(view: RaceState['view']): RaceState['view'] {
  return { ...view, embed: false, hide: [], show: [], lock: [], theme: 'auto' };
}

/**
 * What has been measured of the very race that is being edited; null when there is nothing, when it was another race, or when it is a
 * recording, whose losses are rounded and would never come out identical.
 */
export function resultToShare(): RaceResult | null {
  if (raceStore.getState().source === 'recording') return null;
  const result = actions.currentResult();
  return result && countChanges(raceStore.getState().config, result.config) === 0 ? result : null;
}

/** The link to the race on screen, with samples of its run when there is one. */
export function currentLink(hasSamples = true): string {
  const { config, view } = raceStore.getState();
  const result = hasSamples ? resultToShare() : null;
  return linkTo(config, viewToShare(view), result && sharedOf(result));
}
