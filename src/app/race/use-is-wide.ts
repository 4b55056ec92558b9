import { useCallback, useSyncExternalStore } from 'react';

function useMatches(query: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = matchMedia(query);
      list.addEventListener('change', onChange);
      return () => list.removeEventListener('change', onChange);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** Below this the settings move into a sheet; race.css and base.css use the same number. */
export const useIsWide = (): boolean => useMatches('(min-width: 900px)');

/** From here on the header has room for a line of text beside the badge. */
export const useIsHeaderRoomy = (): boolean => useMatches('(min-width: 1280px)');
