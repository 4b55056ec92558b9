import { useEffect, useState } from 'react';
import { useFirstRaceSettled } from '../store/first-race-state.ts';
import { raceStore } from '../store/store.ts';

/** Frames that five charts need, at one chart per frame, with some to spare for the browser to paint them. */
const FRAMES = 8;
/** A recording that is so slow to come does not hold the rest of the page any longer. */
const PATIENCE_MS = 3000;

let isOver = false;

/** False until the first charts had their chance to be drawn, so that what is less urgent does not compete with them. */
export function useAfterFirstChart(): boolean {
  const isSettled = useFirstRaceSettled();
  const [isReady, setIsReady] = useState(isOver);
  useEffect(() => {
    if (isReady) return;
    let request = 0;
    const open = () => {
      isOver = true;
      setIsReady(true);
    };
    const countDown = (frames: number) => {
      if (frames === 0) open();
      else request = requestAnimationFrame(() => countDown(frames - 1));
    };
    const timer = setTimeout(open, PATIENCE_MS);
    if (isSettled) countDown(raceStore.getState().samples ? FRAMES : 0);
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(request);
    };
  }, [isReady, isSettled]);
  return isReady;
}
