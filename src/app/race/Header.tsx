import { memo } from 'react';
import { actions } from '../store/actions.ts';
import { openDialog } from '../store/dialogs.ts';
import { raceStore } from '../store/store.ts';
import { rememberTheme } from '../theme/apply-theme.ts';
import { NativeSelect } from '../ui/NativeSelect.tsx';
import { BackendBadge } from './BackendBadge.tsx';
import { GpuNote } from './GpuNote.tsx';
import { useAfterFirstChart } from './use-after-first-chart.ts';
import { useIsHeaderRoomy } from './use-is-wide.ts';

function ThemeSelect() {
  const theme = raceStore((state) => state.view.theme);
  return (
    <NativeSelect
      label="Theme"
      isLabelHidden
      value={theme}
      onChange={(choice) => {
        rememberTheme(choice);
        actions.setView({ theme: choice });
      }}
    >
      <option value="auto">Theme: system</option>
      <option value="light">Theme: light</option>
      <option value="dark">Theme: dark</option>
    </NativeSelect>
  );
}

export const Header = memo(function Header() {
  const isAfterFirstChart = useAfterFirstChart();
  const isRoomy = useIsHeaderRoomy();
  return (
    <header className="header">
      <h1 className="wordmark">Freestep</h1>
      <nav aria-label="Pages">
        <a href="./" aria-current="page" className="nav-link">
          Race
        </a>
      </nav>
      {isRoomy && isAfterFirstChart && <GpuNote isInHeader />}
      <div className="header-end">
        <BackendBadge />
        <ThemeSelect />
        <button type="button" className="button" onClick={() => openDialog('help')}>
          Help
        </button>
      </div>
    </header>
  );
});
