import { create } from 'zustand';

/** A yes-or-no preference of this browser. Blocked storage makes it last for the visit only. */
export function createLocalFlag(key: string, initial: boolean) {
  const storageKey = `freestep.${key}`;
  const read = (): boolean => {
    try {
      const stored = localStorage.getItem(storageKey);
      return stored === null ? initial : stored === 'yes';
    } catch {
      return initial;
    }
  };
  const useFlag = create<boolean>()(() => read());
  const set = (value: boolean): void => {
    useFlag.setState(value, true);
    try {
      localStorage.setItem(storageKey, value ? 'yes' : 'no');
    } catch {
      // The preference holds for this visit.
    }
  };
  return { use: useFlag, get: useFlag.getState, set };
}

export const shortcutsFlag = createLocalFlag('shortcuts', true);
export const introductionFlag = createLocalFlag('introduction', true);
export const gpuNoteFlag = createLocalFlag('gpu-note', true);
