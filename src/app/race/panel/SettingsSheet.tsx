import { Dialog } from '../../ui/Dialog.tsx';
import { SidePanel } from './SidePanel.tsx';

/** The side panel where there is no room for a side: a sheet from the bottom. */
export function SettingsSheet({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Settings" size="sheet" onClose={onClose}>
      <SidePanel />
    </Dialog>
  );
}
