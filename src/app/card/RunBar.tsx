import { useEffect } from 'react';
import { crosshair } from '../charts/crosshair.ts';
import { actions } from '../store/actions.ts';
import { raceStore } from '../store/store.ts';
import { momentWords, type RunMoment } from './run-values.ts';

/** Not in an embed whose author left the race's controls out. */
function Controls() {
  const status = raceStore((state) => state.status);
  const isHidden = raceStore(({ view }) => view.embed && view.hide.includes('toolbar'));
  if (isHidden) return null;
  return (
    <div className="button-row">
      <button type="button" className="button" onClick={actions.toggleRun} disabled={status === 'loading'}>
        {status === 'running' ? 'Pause' : 'Run'}
      </button>
      <button type="button" className="button" onClick={actions.step}>
        Step
      </button>
    </div>
  );
}

/** Where the values come from, and the way to other steps: the race goes on behind the card and can be driven from it. */
export function RunBar({
  moment,
  isInRace,
  isChanged,
}: {
  readonly moment: RunMoment | null;
  readonly isInRace: boolean;
  readonly isChanged: boolean;
}) {
  // Whatever step was chosen here, the charts do not go on pointing at it.
  useEffect(() => () => crosshair.set(null), []);
  if (!isInRace) return <p className="dialog-note">Not in this race: values are the defaults, and there is no run yet.</p>;
  return (
    <div className="card-run">
      <Controls />
      {moment ? (
        <label className="card-step">
          <span className="numeric">Values of {momentWords(moment)}</span>
          <input
            className="slider"
            type="range"
            min={1}
            max={moment.newest}
            step={1}
            value={moment.step}
            aria-label="Step whose values are shown"
            onChange={({ target }) => crosshair.set(target.valueAsNumber >= moment.newest ? null : target.valueAsNumber)}
          />
        </label>
      ) : (
        <p className="dialog-note">No run yet. Once the race has begun, the symbols have their values.</p>
      )}
      {moment && isChanged && <p className="dialog-note">The run on screen has other settings than the form now; these are its values.</p>}
    </div>
  );
}
