import { lazy, memo, Suspense } from 'react';
import { actions } from '../store/actions.ts';
import { introductionFlag } from '../store/local-setting.ts';
import { raceStore } from '../store/store.ts';
import { useAfterFirstChart } from './use-after-first-chart.ts';

const SharedRaceNote = lazy(async () => ({ default: (await import('../share/SharedRaceNote.tsx')).SharedRaceNote }));

const StorageNote = lazy(async () => ({ default: (await import('../history/StorageNote.tsx')).StorageNote }));

/** Three sentences for somebody who has never been here. */
export const Introduction = memo(function Introduction() {
  const isShown = introductionFlag.use();
  if (!isShown) return null;
  return (
    <section className="note" aria-label="Introduction">
      <p>
        Every line is one optimizer, all from the same start on the same batches: thick lines without colour are baselines that need a
        learning rate, coloured ones find their own step size. In Prodigy and its relatives, <em>d</em> is the believed distance from the
        start to a solution, and sets the step. Look at which line falls fastest, or first reaches the dashed target if there is one, and at
        what its tuning cost.
      </p>
      <button type="button" className="button button-quiet" onClick={() => introductionFlag.set(false)}>
        Dismiss
      </button>
    </section>
  );
});

const UrlProblems = memo(function UrlProblems() {
  const problems = raceStore((state) => state.urlProblems);
  if (problems.length === 0) return null;
  return (
    <section className="note note-warn" aria-label="Problems of this link">
      <div>
        <p>
          <strong>Part of this link could not be used.</strong> Defaults stand in for these settings; everything else is as the link says.
        </p>
        <ul className="problem-list">
          {problems.map(({ key, message }) => (
            <li key={`${key} ${message}`}>
              <code>{key}</code>: {message}
            </li>
          ))}
        </ul>
      </div>
      <button type="button" className="button button-quiet" onClick={actions.dismissUrlProblems}>
        Dismiss
      </button>
    </section>
  );
});

const GPU_FAILURES: readonly string[] = ['no-webgpu', 'adapter-refused', 'device-lost', 'gpu-error'];

const FailurePanel = memo(function FailurePanel() {
  const failure = raceStore((state) => (state.status === 'failed' ? state.failure : null));
  const hasCurves = raceStore((state) => state.source === 'live' && state.samples !== null && state.samples.count > 0);
  if (!failure) return null;
  return (
    <section className="note note-danger" role="alert">
      <div>
        <p>
          <strong>{failure.message}</strong>
        </p>
        <p>
          {failure.advice} {hasCurves && 'What was measured until then is kept.'}
        </p>
        {failure.control && <p>The setting to change: {failure.control}.</p>}
        <div className="button-row note-actions">
          <button type="button" className="button" onClick={actions.restartWithChanges}>
            Restart from the configuration
          </button>
          {GPU_FAILURES.includes(failure.kind) && (
            <button type="button" className="button" onClick={() => actions.switchBackend('wasm')}>
              Run on WASM instead
            </button>
          )}
          <button type="button" className="button button-quiet" onClick={actions.dismissFailure}>
            Dismiss
          </button>
        </div>
      </div>
    </section>
  );
});

export function Messages() {
  const isAfterFirstChart = useAfterFirstChart();
  const isShared = raceStore((state) => state.shared !== null);
  return (
    <>
      <FailurePanel />
      {isShared && (
        <Suspense fallback={null}>
          <SharedRaceNote />
        </Suspense>
      )}
      {isAfterFirstChart && (
        <Suspense fallback={null}>
          <StorageNote />
        </Suspense>
      )}
      <UrlProblems />
    </>
  );
}
