import { memo } from 'react';
import { actions } from '../store/actions.ts';
import { type DialogName, openDialog } from '../store/dialogs.ts';
import { raceStore } from '../store/store.ts';
import { useProgress } from './use-progress.ts';

/** The state in one word, announced when it changes; numbers stand beside it and are not announced. */
function Status() {
  const status = raceStore((state) => state.status);
  return (
    <span role="status" className={`status status-${status}`}>
      {status}
    </span>
  );
}

function ProgressLine() {
  const { fraction, text } = useProgress();
  return (
    <div className="progress-line">
      <Status />
      <progress className="progress" max={1} value={fraction ?? 0} aria-label="Progress" />
      <span className="progress-text numeric">{text}</span>
    </div>
  );
}

function RaceButtons() {
  const status = raceStore((state) => state.status);
  const hasSamples = raceStore((state) => state.samples !== null);
  const isRunning = status === 'running';
  const isActive = isRunning || status === 'paused' || status === 'loading';
  return (
    <div className="button-row">
      <button type="button" className="button button-primary run-button" onClick={actions.toggleRun} disabled={status === 'loading'}>
        <svg aria-hidden="true" width="11" height="12" viewBox="0 0 11 12" fill="currentColor">
          {isRunning ? <path d="M0 0h4v12H0zM7 0h4v12H7z" /> : <path d="M0 0l11 6-11 6z" />}
        </svg>
        {isRunning ? 'Pause' : 'Run'}
      </button>
      <button type="button" className="button" onClick={actions.step}>
        Step
      </button>
      <button type="button" className="button" onClick={actions.reset} disabled={!isActive && !hasSamples && status !== 'failed'}>
        Reset
      </button>
      <button type="button" className="button" onClick={actions.stop} disabled={!isActive} title="End the race here and keep its curves">
        Stop
      </button>
    </div>
  );
}

const DIALOGS: readonly { readonly name: DialogName; readonly label: string }[] = [
  { name: 'share', label: 'Share' },
  { name: 'embed', label: 'Embed' },
  { name: 'export', label: 'Export' },
  { name: 'history', label: 'History' },
];

export const Toolbar = memo(function Toolbar() {
  return (
    <section className="toolbar" aria-label="Race controls">
      <div className="toolbar-row">
        <RaceButtons />
        <div className="button-row toolbar-end">
          {DIALOGS.map(({ name, label }) => (
            <button key={name} type="button" className="button" onClick={() => openDialog(name)}>
              {label}
            </button>
          ))}
          <button type="button" className="button settings-button" onClick={() => openDialog('controls')}>
            Settings
          </button>
        </div>
      </div>
      <ProgressLine />
    </section>
  );
});
