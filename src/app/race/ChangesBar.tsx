import { actions } from '../store/actions.ts';
import { countChanges } from '../store/changes.ts';
import { raceStore } from '../store/store.ts';

/** Says that the form and the race on screen differ, and lets the visitor choose. Docked, so that nothing jumps. */
export function ChangesBar() {
  const changes = raceStore(({ config, samples }) => (samples ? countChanges(config, samples.config) : 0));
  const isActive = raceStore(({ status }) => status === 'running' || status === 'paused');
  if (changes === 0) return null;
  return (
    <section className="dock-bar" aria-label="Changes">
      <p className="numeric">{changes === 1 ? '1 change' : `${changes} changes`} not in this run</p>
      <button type="button" className="button button-primary" onClick={actions.restartWithChanges}>
        {isActive ? 'Restart with changes' : 'Run with changes'}
      </button>
      <button type="button" className="button" onClick={actions.discardChanges}>
        Discard
      </button>
    </section>
  );
}
