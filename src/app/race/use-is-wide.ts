import { useSyncExternalStore } from 'react';

/** Below this the settings move into a sheet; race.css and base.css use the same number. */
const query = '(min-width: 900px)';

function subscribe(onChange: () => void): () => void {
  const list = matchMedia(query);
  list.addEventListener('change', onChange);
  return () => list.removeEventListener('change', onChange);
}

export const useIsWide = (): boolean => useSyncExternalStore(subscribe, () => matchMedia(query).matches);
