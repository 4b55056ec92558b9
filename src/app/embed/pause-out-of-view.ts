/** What pausing needs of a race. */
export interface PausableRace {
  readonly isRunning: () => boolean;
  readonly isPaused: () => boolean;
  readonly pause: () => void;
  readonly resume: () => void;
}

/**
 * Pauses a running race while its figure is scrolled out of the reader's view or its tab is hidden, and goes on when it is back.
 * A race that the reader has paused stays paused. Returns the way to stop watching.
 */
export function pauseOutOfView(figure: Element, race: PausableRace): () => void {
  let isOnScreen = true;
  let isPausedByUs = false;

  function follow(): void {
    const isVisible = isOnScreen && document.visibilityState === 'visible';
    if (!isVisible && race.isRunning()) {
      isPausedByUs = true;
      race.pause();
    } else if (isVisible && isPausedByUs) {
      isPausedByUs = false;
      if (race.isPaused()) race.resume();
    }
  }

  // Without a root this is the part seen in the outermost page, also from inside a frame of another site.
  const observer = new IntersectionObserver((entries) => {
    isOnScreen = entries.at(-1)?.isIntersecting ?? true;
    follow();
  });
  observer.observe(figure);
  document.addEventListener('visibilitychange', follow);
  return () => {
    observer.disconnect();
    document.removeEventListener('visibilitychange', follow);
  };
}
