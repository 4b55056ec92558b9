import { MAX_RACERS } from '../../engine/config.ts';
import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import { actions } from '../store/actions.ts';
import { methodsByKin } from '../store/kin.ts';
import { showCard } from '../store/shown-card.ts';
import { raceStore } from '../store/store.ts';
import { Dialog } from '../ui/Dialog.tsx';
import '../share/dialog-parts.css';
import './card.css';

/** What a method estimates and keeps, in a line. */
function facts({ estimate, traces, program }: OptimizerDefinition): string {
  const count = Object.keys(program.slots).length;
  const memory = count === 0 ? 'keeps nothing per parameter' : `keeps ${count} ${count === 1 ? 'number' : 'numbers'} per parameter`;
  if (estimate.kind === 'none') return `Estimates no distance; ${memory}.`;
  return `${traces.find(({ id }) => id === estimate.trace)?.label ?? estimate.trace} estimates a distance in the ${estimate.norm}; ${memory}.`;
}

function Method({ definition }: { readonly definition: OptimizerDefinition }) {
  const { id, label, paper } = definition;
  const racer = raceStore((state) => state.config.racers.find(({ optimizer }) => optimizer === id));
  const isFull = raceStore((state) => state.config.racers.length >= MAX_RACERS);
  const isLocked = raceStore(({ view }) => view.embed && view.lock.includes('racers'));
  return (
    <li className="methods-item">
      <div className="methods-name">
        {label}
        <span className="card-default">
          {paper.authors}, {paper.year}
        </span>
      </div>
      <p className="methods-facts">{facts(definition)}</p>
      <div className="button-row">
        <button
          type="button"
          className="button"
          aria-label={`How ${label} works`}
          onClick={() => showCard({ optimizer: id, racerKey: racer?.key ?? null })}
        >
          How it works
        </button>
        <button
          type="button"
          className="button"
          aria-label={`Add ${label} to the race`}
          disabled={isFull || isLocked}
          title={isFull ? `A race has at most ${MAX_RACERS} racers: remove one first` : undefined}
          onClick={() => actions.addRacer(id)}
        >
          Add
        </button>
      </div>
    </li>
  );
}

/** Every method of the page, by kinship, each with its card. */
export function MethodsDialog({ onClose }: { readonly onClose: () => void }) {
  const count = raceStore((state) => state.config.racers.length);
  return (
    <Dialog title="Methods" size="card" onClose={onClose}>
      <div className="dialog-sections">
        <p className="dialog-note" aria-live="polite">
          {count} of at most {MAX_RACERS} in this race.
        </p>
        {methodsByKin().map(({ kin, title, methods }) => (
          <section key={kin} className="dialog-section">
            <h3>{title}</h3>
            <ul className="methods">
              {methods.map((definition) => (
                <Method key={definition.id} definition={definition} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
