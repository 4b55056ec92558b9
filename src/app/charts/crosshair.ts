/** The step that all charts point at, outside React: moving the pointer re-renders nothing. */
export interface Crosshair {
  get(): number | null;
  /** Updates done, or null when nothing is pointed at. */
  set(step: number | null): void;
  subscribe(listener: (step: number | null) => void): () => void;
}

export function createCrosshair(): Crosshair {
  const listeners = new Set<(step: number | null) => void>();
  let current: number | null = null;
  return {
    get: () => current,
    set(step) {
      if (step === current) return;
      current = step;
      for (const listener of listeners) listener(step);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The page's one crosshair, shared by its five charts. */
export const crosshair: Crosshair = createCrosshair();
