import { memo, useMemo } from 'react';
import { actions } from '../store/actions.ts';
import { countChanges } from '../store/changes.ts';
import { raceStore } from '../store/store.ts';
import { compareWithShared } from './compare.ts';
import { verdictOf } from './verdict.ts';
import './shared-race-note.css';

/** Shown on a page opened from a link that carries samples: offers the re-run, and afterwards says how it compares. */
export const SharedRaceNote = memo(function SharedRaceNote() {
  const shared = raceStore((state) => state.shared);
  const status = raceStore((state) => state.status);
  const result = raceStore((state) => state.result);
  const config = raceStore((state) => state.config);
  // Before the first run the charts show the race that is being edited.
  const drawn = raceStore((state) => state.samples?.config ?? state.config);
  const verdict = useMemo(() => {
    const isSameRace = shared && result && countChanges(result.config, shared.config) === 0;
    return isSameRace ? verdictOf(compareWithShared(shared, result)) : null;
  }, [shared, result]);
  if (!shared) return null;

  const isBusy = status === 'running' || status === 'loading' || status === 'paused';
  const isEdited = countChanges(config, shared.config) > 0;
  const isDrawn = countChanges(drawn, shared.config) === 0;
  const { backend, version } = shared;
  return (
    <section className={`note shared-race shared-race-${verdict?.tone ?? 'plain'}`} aria-label="Shared run">
      <div aria-live="polite">
        <p>
          <strong>{verdict ? verdict.sentence : 'This link carries eight losses of each run.'}</strong>{' '}
          {!verdict &&
            `They were measured on ${backend.id === 'webgpu' ? 'WebGPU' : 'WASM'} (${backend.adapter}) with Freestep ${version}${isDrawn ? ', and are the rings in the loss chart' : ''}.`}
        </p>
        {verdict?.reasons.map((reason) => (
          <p key={reason}>{reason}</p>
        ))}
        {!verdict && isEdited && <p>The settings have been changed since; samples of another race cannot be compared.</p>}
      </div>
      {!isBusy && !isEdited && (
        <button type="button" className="button" onClick={actions.run}>
          {verdict ? 'Run again' : 'Run and compare'}
        </button>
      )}
    </section>
  );
});
