import { lazy, Suspense } from 'react';
import { Charts } from '../charts/Charts.tsx';
import { Examples } from '../examples/Examples.tsx';
import { Headline } from '../results/Headline.tsx';
import { ResultsTable } from '../results/ResultsTable.tsx';
import { ChangesBar } from './ChangesBar.tsx';
import { Dialogs } from './Dialogs.tsx';
import { Footer } from './Footer.tsx';
import { GpuNote } from './GpuNote.tsx';
import { Header } from './Header.tsx';
import { Introduction, Messages } from './Messages.tsx';
import { Toolbar } from './Toolbar.tsx';
import { useAfterFirstChart } from './use-after-first-chart.ts';
import { useIsHeaderRoomy, useIsWide } from './use-is-wide.ts';
import { useShortcuts } from './use-shortcuts.ts';
import './race.css';

const SidePanel = lazy(async () => ({ default: (await import('./panel/SidePanel.tsx')).SidePanel }));

const skeleton = <p className="side-skeleton">Loading the settings.</p>;

export function RacePage() {
  useShortcuts();
  const isWide = useIsWide();
  const isHeaderRoomy = useIsHeaderRoomy();
  const isAfterFirstChart = useAfterFirstChart();
  return (
    <div className="page">
      <Header />
      <main className="race">
        {isWide && (
          <aside className="side" aria-label="Settings">
            <div className="side-scroll">
              <Suspense fallback={skeleton}>{isAfterFirstChart ? <SidePanel /> : skeleton}</Suspense>
            </div>
          </aside>
        )}
        <div className="centre">
          <Toolbar />
          <Messages />
          {isWide && <Introduction />}
          <Headline />
          <Charts />
          {!isWide && <Introduction />}
          {!isHeaderRoomy && isAfterFirstChart && <GpuNote />}
          <ResultsTable />
          <Examples />
        </div>
      </main>
      <Footer />
      <div className="dock">
        <ChangesBar />
      </div>
      <Dialogs />
    </div>
  );
}
