import { create } from 'zustand';

/** A method whose card is open, and the racer whose settings and run it shows; a null key: the method's defaults, and no run. */
export interface ShownCard {
  readonly optimizer: string;
  readonly racerKey: string | null;
  /** Opened for its code: that part comes into view. */
  readonly isForCode?: boolean;
}

/** Apart from the dialogs, because it may open above one: above the settings on a phone, above the list of methods. */
export const useShownCard = create<ShownCard | null>()(() => null);

export const showCard = (card: ShownCard): void => useShownCard.setState(card, true);
export const hideCard = (): void => useShownCard.setState(null, true);
