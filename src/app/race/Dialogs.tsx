import { lazy, Suspense } from 'react';
import { closeDialog, useOpenDialog } from '../store/dialogs.ts';

const ShareDialog = lazy(async () => ({ default: (await import('../share/ShareDialog.tsx')).ShareDialog }));
const EmbedDialog = lazy(async () => ({ default: (await import('../embed/EmbedDialog.tsx')).EmbedDialog }));
const ExportDialog = lazy(async () => ({ default: (await import('../export/ExportDialog.tsx')).ExportDialog }));
const HistoryMenu = lazy(async () => ({ default: (await import('../history/HistoryMenu.tsx')).HistoryMenu }));
const HelpDialog = lazy(async () => ({ default: (await import('../help/HelpDialog.tsx')).HelpDialog }));
const SpeedDialog = lazy(async () => ({ default: (await import('../speed/SpeedDialog.tsx')).SpeedDialog }));
const SettingsSheet = lazy(async () => ({ default: (await import('./panel/SettingsSheet.tsx')).SettingsSheet }));

const DIALOGS = {
  share: ShareDialog,
  embed: EmbedDialog,
  export: ExportDialog,
  history: HistoryMenu,
  help: HelpDialog,
  controls: SettingsSheet,
  speed: SpeedDialog,
} as const;

/** The open dialog, each in a chunk of its own that is fetched when it is first asked for. */
export function Dialogs() {
  const open = useOpenDialog();
  if (!open) return null;
  const Open = DIALOGS[open];
  return (
    <Suspense fallback={null}>
      <Open onClose={closeDialog} />
    </Suspense>
  );
}
