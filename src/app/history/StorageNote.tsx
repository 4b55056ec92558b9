import { memo } from 'react';
import { raceHistory } from './history.ts';

/** Says on the page that finished races cannot be kept, and what to do about it. */
export const StorageNote = memo(function StorageNote() {
  const problem = raceHistory.store((state) => state.problem);
  if (!problem) return null;
  return (
    <section className="note note-warn" aria-label="Storage">
      <p>
        <strong>{problem.message}</strong> {problem.advice}
      </p>
      <button type="button" className="button button-quiet" onClick={raceHistory.dismissProblem}>
        Dismiss
      </button>
    </section>
  );
});
