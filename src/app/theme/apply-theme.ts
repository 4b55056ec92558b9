import type { ViewConfig } from '../../engine/config.ts';
import type { RaceStore } from '../store/race-store.ts';

const STORAGE_KEY = 'freestep.theme';

/** The reader's own choice from an earlier visit; 'auto' where storage is blocked. */
export function rememberedTheme(): ViewConfig['theme'] {
  try {
    const value = localStorage.getItem(STORAGE_KEY);
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch {
    return 'auto';
  }
}

export function rememberTheme(theme: ViewConfig['theme']): void {
  try {
    localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // Blocked or full storage: the choice holds for this visit only.
  }
}

/** Keeps the document's `data-theme` at what the view asks for, and at the system's preference where it says 'auto'. */
export function followTheme(store: RaceStore): void {
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const { theme } = store.getState().view;
    document.documentElement.dataset.theme = theme === 'auto' ? (prefersDark.matches ? 'dark' : 'light') : theme;
  };
  apply();
  prefersDark.addEventListener('change', apply);
  store.subscribe((state, before) => {
    if (state.view.theme !== before.view.theme) apply();
  });
}
