import { useEffect, useState } from 'react';
import { raceStore } from '../store/store.ts';

/** When there is nothing to draw, what waits for the first chart waits no longer than this. */
const PATIENCE_MS = 800;

let isOver = false;

/** False until the first chart had its chance to be drawn, so that what is less urgent does not compete with it. */
export function useAfterFirstChart(): boolean {
  const [isReady, setIsReady] = useState(isOver);
  useEffect(() => {
    if (isOver) return;
    let frame = 0;
    const open = () => {
      isOver = true;
      setIsReady(true);
    };
    // Charts draw in the frames after their samples have come, one chart per frame.
    const soon = () => {
      frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(open);
      });
    };
    const timer = setTimeout(open, PATIENCE_MS);
    const unsubscribe = raceStore.subscribe((state, before) => {
      if (state.samples && !before.samples) soon();
    });
    if (raceStore.getState().samples) soon();
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
      unsubscribe();
    };
  }, []);
  return isReady;
}
