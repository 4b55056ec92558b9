import { memo } from 'react';
import { useProgress } from '../race/use-progress.ts';
import { actions } from '../store/actions.ts';
import { raceStore } from '../store/store.ts';

function ProgressText() {
  return <span className="embed-progress numeric">{useProgress().text}</span>;
}

/** Run, Step and Reset, and what the race is doing. */
export const EmbedToolbar = memo(function EmbedToolbar() {
  const status = raceStore((state) => state.status);
  const hasSamples = raceStore((state) => state.samples !== null);
  const isRunning = status === 'running';
  return (
    <section className="embed-toolbar" aria-label="Race controls">
      <button type="button" className="button button-primary run-button" onClick={actions.toggleRun} disabled={status === 'loading'}>
        {isRunning ? 'Pause' : 'Run'}
      </button>
      <button type="button" className="button" onClick={actions.step}>
        Step
      </button>
      <button type="button" className="button" onClick={actions.reset} disabled={!hasSamples && status !== 'failed'}>
        Reset
      </button>
      <span role="status" className={`status status-${status}`}>
        {status}
      </span>
      <ProgressText />
    </section>
  );
});
