import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components/Menu';
import { MAX_RACERS } from '../../../engine/config.ts';
import { actions } from '../../store/actions.ts';
import { optimizerDefinitions } from '../../store/definitions.ts';
import { raceStore } from '../../store/store.ts';
import { RacerCard } from './RacerCard.tsx';
import { Section } from './Section.tsx';

const FAMILIES = [
  { family: 'free', title: 'Learning-rate-free' },
  { family: 'baseline', title: 'With a learning rate' },
] as const;

function AddRacer({ isFull, onAdded }: { readonly isFull: boolean; readonly onAdded: (key: string) => void }) {
  return (
    <MenuTrigger>
      <Button className="button" isDisabled={isFull}>
        Add optimizer
      </Button>
      <Popover className="menu-popover" placement="bottom start">
        <Menu
          className="menu"
          aria-label="Optimizers"
          onAction={(id) => {
            const key = actions.addRacer(String(id));
            if (key) onAdded(key);
          }}
        >
          {FAMILIES.map(({ family, title }) => (
            <MenuSection key={family} className="menu-section">
              <Header className="menu-title">{title}</Header>
              {optimizerDefinitions
                .filter((definition) => definition.family === family)
                .map(({ id, label, paper }) => (
                  <MenuItem key={id} id={id} textValue={label} className="menu-item">
                    {label}
                    <span className="menu-note">
                      {paper.authors}, {paper.year}
                    </span>
                  </MenuItem>
                ))}
            </MenuSection>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

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
      <AddRacer isFull={isFull} onAdded={setOpenKey} />
      {isFull && <p className="field-doc">A race holds {MAX_RACERS} optimizers. Remove one to add another.</p>}
    </Section>
  );
}
