import { lazy, Suspense, useEffect, useMemo, useRef } from 'react';
import type { Hideable } from '../../engine/view.ts';
import { Charts } from '../charts/Charts.tsx';
import { Examples } from '../examples/Examples.tsx';
import { ChangesBar } from '../race/ChangesBar.tsx';
import { Dialogs } from '../race/Dialogs.tsx';
import { Headline } from '../results/Headline.tsx';
import { ResultsTable } from '../results/ResultsTable.tsx';
import { viewToShare } from '../share/current-link.ts';
import { describeRace } from '../share/describe.ts';
import { linkTo } from '../share/link.ts';
import { actions } from '../store/actions.ts';
import { raceStore } from '../store/store.ts';
import { EmbedMessages } from './EmbedMessages.tsx';
import { EmbedToolbar } from './EmbedToolbar.tsx';
import { pauseOutOfView } from './pause-out-of-view.ts';
import '../race/race.css';
import './embed.css';

const EmbedControls = lazy(async () => ({ default: (await import('./EmbedControls.tsx')).EmbedControls }));

const race = {
  isRunning: () => raceStore.getState().status === 'running',
  isPaused: () => raceStore.getState().status === 'paused',
  pause: () => actions.pause(),
  resume: () => actions.run(),
};

/** A frame is a page of its own to a screen reader, and needs a heading that says what it is. */
function FigureHeading() {
  const config = raceStore((state) => state.config);
  return <h1 className="visually-hidden">Freestep race: {describeRace(config)}</h1>;
}

function OpenLink() {
  const config = raceStore((state) => state.config);
  const view = raceStore((state) => state.view);
  const href = useMemo(() => linkTo(config, viewToShare(view)), [config, view]);
  return (
    <a className="embed-open" href={href} target="_blank" rel="noopener">
      Open in Freestep
    </a>
  );
}

/** The race as a figure in somebody else's page: what its author left visible, and a way to the whole thing. */
export function EmbedPage() {
  const figure = useRef<HTMLElement>(null);
  const hide: readonly string[] = raceStore((state) => state.view.hide);
  const hasExamples = raceStore((state) => state.view.show.includes('examples'));
  const isShown = (part: Hideable) => !hide.includes(part);
  useEffect(() => (figure.current ? pauseOutOfView(figure.current, race) : undefined), []);
  return (
    <main className="embed" ref={figure} aria-label="Freestep race">
      <FigureHeading />
      {isShown('toolbar') && <EmbedToolbar />}
      <EmbedMessages />
      {isShown('headline') && <Headline />}
      <Charts />
      {isShown('results') && <ResultsTable />}
      {hasExamples && <Examples />}
      {isShown('controls') && (
        <details className="embed-settings">
          <summary>Settings</summary>
          <Suspense fallback={<p className="dialog-note">Loading the settings.</p>}>
            <EmbedControls />
          </Suspense>
        </details>
      )}
      <footer className="embed-foot">
        <OpenLink />
      </footer>
      {isShown('controls') && <ChangesBar />}
      <Dialogs />
    </main>
  );
}
