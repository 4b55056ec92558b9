import { create } from 'zustand';

export type DialogName = 'share' | 'embed' | 'export' | 'help' | 'history' | 'controls' | 'speed' | 'methods';

/** Which dialog is open; one at a time. */
export const useOpenDialog = create<DialogName | null>()(() => null);

export const openDialog = (name: DialogName): void => useOpenDialog.setState(name, true);
export const closeDialog = (): void => useOpenDialog.setState(null, true);
