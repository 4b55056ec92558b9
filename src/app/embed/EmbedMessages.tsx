import { memo } from 'react';
import { actions } from '../store/actions.ts';
import { raceStore } from '../store/store.ts';

/** What went wrong, in as little room as it takes. */
export const EmbedMessages = memo(function EmbedMessages() {
  const failure = raceStore((state) => (state.status === 'failed' ? state.failure : null));
  const problems = raceStore((state) => state.urlProblems);
  return (
    <>
      {failure && (
        <section className="note note-danger" role="alert">
          <p>
            <strong>{failure.message}</strong> {failure.advice}
          </p>
          <button type="button" className="button button-quiet" onClick={actions.dismissFailure}>
            Dismiss
          </button>
        </section>
      )}
      {problems.length > 0 && (
        <section className="note note-warn" aria-label="Problems of this link">
          <p>
            <strong>Part of this figure's address could not be used.</strong>{' '}
            {problems.map(({ key, message }) => `${key}: ${message}`).join('; ')}
          </p>
        </section>
      )}
    </>
  );
});
