import type { RaceConfig, ViewConfig } from '../../engine/config.ts';
import { encodeHash, type SharedRace } from '../../engine/url.ts';

/** The page's own address without its fragment. */
export function pageAddress(): string {
  return `${location.origin}${location.pathname}${location.search}`;
}

/** The address that opens this race in this view; with `shared`, a re-run can be compared with the run it came from. */
export function linkTo(config: RaceConfig, view: ViewConfig, shared: SharedRace | null = null): string {
  return `${pageAddress()}#${encodeHash(config, view, shared)}`;
}
