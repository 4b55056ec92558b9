import { describeRace } from '../share/describe.ts';
import { actions } from '../store/actions.ts';
import { openIndexedShelf } from './indexed-shelf.ts';
import { createHistory } from './race-history.ts';

/** The page's one history of finished races. */
export const raceHistory = createHistory(openIndexedShelf, describeRace);

/** Keeps every race that ends from now on. Returns the way to stop. */
export function keepFinishedRaces(): () => void {
  return actions.onEnded((result) => {
    if (result.seconds.length > 0) void raceHistory.keep(result);
  });
}
