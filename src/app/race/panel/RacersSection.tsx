import { useEffect, useRef, useState } from 'react';
import { MAX_RACERS } from '../../../engine/config.ts';
import { actions } from '../../store/actions.ts';
import { openDialog } from '../../store/dialogs.ts';
import { raceStore } from '../../store/store.ts';
import { AddRacer } from './AddRacer.tsx';
import { RacerCard } from './RacerCard.tsx';
import { Section } from './Section.tsx';

export function RacersSection() {
  const racers = raceStore((state) => state.config.racers);
  const [openKey, setOpenKey] = useState<string | null>(null);
  const isFull = racers.length >= MAX_RACERS;
  const list = useRef<HTMLUListElement>(null);
  const [removedAt, setRemovedAt] = useState<number | null>(null);
  // The button that had the focus is gone: go on with the racer that took its place.
  useEffect(() => {
    if (removedAt === null) return;
    const names = list.current?.querySelectorAll<HTMLElement>('.racer-name') ?? [];
    names[Math.min(removedAt, names.length - 1)]?.focus();
    setRemovedAt(null);
  }, [removedAt]);
  const remove = (key: string, index: number) => {
    actions.removeRacer(key);
    setRemovedAt(index);
  };
  return (
    <Section title="Optimizers">
      <ul className="racers" ref={list}>
        {racers.map((racer, index) => (
          <RacerCard
            key={racer.key}
            racer={racer}
            isOpen={openKey === racer.key}
            onToggle={() => setOpenKey(openKey === racer.key ? null : racer.key)}
            onRemove={() => remove(racer.key, index)}
            canRemove={racers.length > 1}
            canDuplicate={!isFull}
          />
        ))}
      </ul>
      <div className="add-racer">
        <AddRacer isFull={isFull} onAdded={setOpenKey} />
        <button type="button" className="button button-quiet" onClick={() => openDialog('methods')}>
          All methods
        </button>
      </div>
      {isFull && <p className="field-doc">A race holds {MAX_RACERS} optimizers. Remove one to add another.</p>}
    </Section>
  );
}
