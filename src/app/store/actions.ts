import packageFile from '../../../package.json' with { type: 'json' };
import { RaceClient } from '../../engine/client.ts';
import { createActions } from './create-actions.ts';
import { raceStore } from './store.ts';

/** Frames do not come while the page is hidden; a race must still be kept and announced then. */
function requestFrame(callback: () => void): void {
  if (document.hidden) setTimeout(callback, 250);
  else requestAnimationFrame(callback);
}

/** The page's one set of actions; components import it directly. */
export const actions = createActions({
  store: raceStore,
  createEngine: () => new RaceClient(),
  requestFrame,
  now: () => performance.now() / 1000,
  version: packageFile.version,
});
