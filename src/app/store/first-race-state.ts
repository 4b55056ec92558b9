import { create } from 'zustand';

/** Whether it is settled what the page shows before anybody presses Run: a recording, a restored race, or nothing. */
export const useFirstRaceSettled = create<boolean>()(() => false);

export const settleFirstRace = (): void => useFirstRaceSettled.setState(true, true);
