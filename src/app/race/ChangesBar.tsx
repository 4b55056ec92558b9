import { useMemo } from 'react';
import { actions } from '../store/actions.ts';
import { countChanges } from '../store/changes.ts';
import { raceStore } from '../store/store.ts';

/** Says that the form and the race on screen differ, and lets the visitor choose. Docked, so that nothing jumps. */
export function ChangesBar() {
  const edited = raceStore((state) => state.config);
  const run = raceStore((state) => state.samples?.config ?? null);
  const changes = useMemo(() => (run ? countChanges(edited, run) : 0), [edited, run]);
  const isActive = raceStore(({ status }) => status === 'running' || status === 'paused');
  if (changes === 0 || !run) return null;
  const isWorkloadOnly = changes === 1 && edited.workload.id !== run.workload.id;
  return (
    <section className="dock-bar" aria-label="Changes">
      <p className="numeric">
        {changes === 1 ? '1 change' : `${changes} changes`} not in this run{isWorkloadOnly && ': the workload'}
      </p>
      <button type="button" className="button button-primary" onClick={actions.restartWithChanges}>
        {isActive ? 'Restart with changes' : 'Run with changes'}
      </button>
      <button type="button" className="button" onClick={actions.discardChanges}>
        Discard
      </button>
    </section>
  );
}
