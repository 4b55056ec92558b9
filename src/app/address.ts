import { decodeHash, encodeHash } from '../engine/url.ts';
import { actions } from './store/actions.ts';
import { countChanges } from './store/changes.ts';
import { defaultConfig, defaultView } from './store/default-config.ts';
import { openDialog } from './store/dialogs.ts';
import { raceStore } from './store/store.ts';
import { rememberedTheme } from './theme/apply-theme.ts';

/** How long an edit must rest before it is written into the address: browsers limit how often that may be done. */
const REST_MS = 300;

/** Not a race but the measurements of this machine's speed, over the default race. */
const SPEED_HASH = '#bench';

const emptyLink = encodeHash(defaultConfig, defaultView);

/** What the link that was opened said: its theme stays in the address, the reader's own one does not get into it. */
let opened = decodeHash('');

/** Reads the address bar into the store: the race, the view, what was shared, and every setting that could not be used. */
export function readAddress(): void {
  const isSpeed = location.hash === SPEED_HASH;
  if (isSpeed) openDialog('speed');
  opened = decodeHash(isSpeed ? '' : location.hash);
  const { config, view, shared, problems } = opened;
  actions.setConfig(config);
  actions.setView({ ...view, theme: view.theme === 'auto' ? rememberedTheme() : view.theme });
  actions.setShared(shared);
  actions.reportUrlProblems(problems);
}

function writeAddress(): void {
  const { config, view } = raceStore.getState();
  const shared = countChanges(config, opened.config) === 0 ? opened.shared : null;
  const hash = encodeHash(config, { ...view, theme: opened.view.theme }, shared);
  history.replaceState(null, '', `${location.pathname}${location.search}${hash === emptyLink ? '' : `#${hash}`}`);
}

/**
 * Keeps the address bar at the race that is being edited, so that a reload or a copied address gives it back, and follows links pasted into it.
 * @param onOpened called after a pasted link has been read; the race before it is over.
 */
export function followAddress(onOpened: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  raceStore.subscribe((state, before) => {
    if (state.config === before.config && state.view === before.view) return;
    clearTimeout(timer);
    timer = setTimeout(writeAddress, REST_MS);
  });
  addEventListener('hashchange', () => {
    // Opened from a page that holds a race: the race stays.
    if (location.hash === SPEED_HASH) return openDialog('speed');
    actions.reset();
    readAddress();
    onOpened();
  });
}
