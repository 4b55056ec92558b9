import { lazy, Suspense } from 'react';
import { closeDialog, useOpenDialog } from '../store/dialogs.ts';
import { hideCard, useShownCard } from '../store/shown-card.ts';

const ShareDialog = lazy(async () => ({ default: (await import('../share/ShareDialog.tsx')).ShareDialog }));
const EmbedDialog = lazy(async () => ({ default: (await import('../embed/EmbedDialog.tsx')).EmbedDialog }));
const ExportDialog = lazy(async () => ({ default: (await import('../export/ExportDialog.tsx')).ExportDialog }));
const HistoryMenu = lazy(async () => ({ default: (await import('../history/HistoryMenu.tsx')).HistoryMenu }));
const HelpDialog = lazy(async () => ({ default: (await import('../help/HelpDialog.tsx')).HelpDialog }));
const SpeedDialog = lazy(async () => ({ default: (await import('../speed/SpeedDialog.tsx')).SpeedDialog }));
const MethodsDialog = lazy(async () => ({ default: (await import('../card/MethodsDialog.tsx')).MethodsDialog }));
const CardDialog = lazy(async () => ({ default: (await import('../card/CardDialog.tsx')).CardDialog }));
const SettingsSheet = lazy(async () => ({ default: (await import('./panel/SettingsSheet.tsx')).SettingsSheet }));

const DIALOGS = {
  share: ShareDialog,
  embed: EmbedDialog,
  export: ExportDialog,
  history: HistoryMenu,
  help: HelpDialog,
  controls: SettingsSheet,
  speed: SpeedDialog,
  methods: MethodsDialog,
} as const;

/** The open dialog and, above it, the open card; each in a chunk of its own that is fetched when it is first asked for. */
export function Dialogs() {
  const open = useOpenDialog();
  const card = useShownCard();
  const Open = open && DIALOGS[open];
  return (
    <Suspense fallback={null}>
      {Open && <Open onClose={closeDialog} />}
      {card && (
        <Suspense fallback={null}>
          <CardDialog shown={card} onClose={hideCard} />
        </Suspense>
      )}
    </Suspense>
  );
}
