import { Suspense, use } from 'react';
import type { RacerConfig } from '../../engine/config.ts';
import { defaultHyper, type OptimizerDefinition } from '../../optimizers/definition.ts';
import { findOptimizer } from '../store/definitions.ts';
import type { ShownCard } from '../store/shown-card.ts';
import { raceStore } from '../store/store.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { CodeSection } from './CodeSection.tsx';
import { loadCard } from './cards.ts';
import { EstimateSection, HyperSection, MemorySection, PointsSection, SourceSection } from './FactSections.tsx';
import { UpdateSection } from './UpdateSection.tsx';
import 'katex/dist/katex.min.css';
import '../share/dialog-parts.css';
import './card.css';

/** A method as it stands in no race: at its defaults. */
const standIn = (definition: OptimizerDefinition): RacerConfig => ({
  key: '',
  optimizer: definition.id,
  hyper: defaultHyper(definition),
  labelSmoothing: 0,
  dropout: 0,
  auxDropout: 0,
  schedule: null,
  horizon: null,
  hidden: false,
});

function Contents({ shown, definition }: { readonly shown: ShownCard; readonly definition: OptimizerDefinition }) {
  const race = raceStore((state) => state.config);
  const card = use(loadCard(definition.id));
  const inRace = race.racers.find(({ key, optimizer }) => key === shown.racerKey && optimizer === definition.id);
  const racer = inRace ?? standIn(definition);
  return (
    <div className="dialog-sections card">
      <p className="card-idea">{card.idea}</p>
      <UpdateSection card={card} optimizer={definition.id} racerKey={inRace?.key ?? null} hyper={racer.hyper} />
      <EstimateSection definition={definition} />
      <PointsSection definition={definition} />
      <HyperSection definition={definition} hyper={racer.hyper} />
      <MemorySection definition={definition} hyper={racer.hyper} />
      <SourceSection definition={definition} />
      <CodeSection card={card} definition={definition} racer={racer} race={race} isWanted={shown.isForCode === true} />
    </div>
  );
}

/** How a method works: its mathematics with the live values of a racer, its facts, and the way out to other frameworks. */
export function CardDialog({ shown, onClose }: { readonly shown: ShownCard; readonly onClose: () => void }) {
  const definition = findOptimizer(shown.optimizer);
  if (!definition) return null;
  return (
    <Dialog title={`How ${definition.label} works`} size="card" onClose={onClose}>
      <Suspense fallback={<p className="dialog-note">Loading the card.</p>}>
        <Contents shown={shown} definition={definition} />
      </Suspense>
    </Dialog>
  );
}
