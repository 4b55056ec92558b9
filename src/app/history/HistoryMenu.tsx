import { useEffect, useState } from 'react';
import { Dialog } from '../ui/Dialog.tsx';
import { formatBytes } from '../ui/format.ts';
import { raceHistory } from './history.ts';
import { type KeptRace, MAX_KEPT } from './race-shelf.ts';
import { showKept } from './restore.ts';
import '../share/dialog-parts.css';
import './history.css';

const dates = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function KeptRaceRow({ race, onOpen }: { readonly race: KeptRace; readonly onOpen: (race: KeptRace) => void }) {
  const when = dates.format(new Date(race.finishedAt));
  return (
    <li className="kept-race">
      <div>
        <p className="kept-race-when">
          <time dateTime={race.finishedAt}>{when}</time>
          <span className="kept-race-more">
            {race.state === 'stopped' && 'stopped before its end, '}
            {formatBytes(race.sizeBytes)}
          </span>
        </p>
        <p className="kept-race-what">{race.description}</p>
      </div>
      <div className="kept-race-actions">
        <button type="button" className="button" onClick={() => onOpen(race)} aria-label={`Open the race of ${when}`}>
          Open
        </button>
        <button
          type="button"
          className="button button-quiet"
          onClick={() => raceHistory.remove([race.id])}
          aria-label={`Delete the race of ${when}`}
        >
          Delete
        </button>
      </div>
    </li>
  );
}

export function HistoryMenu({ onClose }: { readonly onClose: () => void }) {
  const races = raceHistory.store((state) => state.races);
  const problem = raceHistory.store((state) => state.problem);
  const [isUnknown, setIsUnknown] = useState(false);
  const [isClearing, setIsClearing] = useState(false);
  useEffect(() => void raceHistory.refresh(), []);

  async function open(race: KeptRace): Promise<void> {
    const result = await raceHistory.open(race.id);
    if (!result) return;
    if (showKept(result)) onClose();
    else setIsUnknown(true);
  }

  return (
    <Dialog title="Finished races" onClose={onClose} size="wide">
      <div className="dialog-sections">
        {problem && (
          <p className="note note-warn" role="alert">
            <span>
              <strong>{problem.message}</strong> {problem.advice}
            </span>
          </p>
        )}
        {isUnknown && <p role="alert">This race is of a workload that this version of Freestep does not have.</p>}
        {races === null && <p>Reading what this browser has kept.</p>}
        {races?.length === 0 && <p>No race has been finished in this browser yet. Each one that ends is listed here.</p>}
        {races && races.length > 0 && (
          <>
            <ul className="kept-races" aria-label="Finished races">
              {races.map((race) => (
                <KeptRaceRow key={race.id} race={race} onOpen={open} />
              ))}
            </ul>
            <div className="kept-races-foot">
              <p className="dialog-note">The newest {MAX_KEPT} races stay in this browser, on this machine only.</p>
              {isClearing ? (
                <span className="kept-race-actions">
                  <button
                    type="button"
                    className="button"
                    onClick={() => {
                      setIsClearing(false);
                      void raceHistory.remove(races.map(({ id }) => id));
                    }}
                  >
                    Yes, delete all {races.length}
                  </button>
                  <button type="button" className="button button-quiet" onClick={() => setIsClearing(false)}>
                    Keep them
                  </button>
                </span>
              ) : (
                <button type="button" className="button" onClick={() => setIsClearing(true)}>
                  Delete all
                </button>
              )}
            </div>
          </>
        )}
      </div>
    </Dialog>
  );
}
