import { memo, useId } from 'react';
import type { RaceConfig, RacerConfig } from '../../../engine/config.ts';
import type { OptimizerDefinition } from '../../../optimizers/definition.ts';
import { actions } from '../../store/actions.ts';
import { findOptimizer } from '../../store/definitions.ts';
import { applySetting } from '../../store/edit.ts';
import { nearestSetting, racerLabels } from '../../store/labels.ts';
import { findTuned, type Setting, settingsOf } from '../../store/settings.ts';
import { showCard } from '../../store/shown-card.ts';
import { raceStore } from '../../store/store.ts';
import { NativeSelect } from '../../ui/NativeSelect.tsx';
import { RacerDetails } from './RacerDetails.tsx';
import { Swatch } from './Swatch.tsx';

interface RacerCardProps {
  readonly racer: RacerConfig;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onRemove: () => void;
  readonly canRemove: boolean;
  readonly canDuplicate: boolean;
}

function PresetSelect({
  racer,
  definition,
  race,
  nearest,
  changed,
}: {
  readonly racer: RacerConfig;
  readonly definition: OptimizerDefinition;
  readonly race: RaceConfig;
  readonly nearest: Setting;
  readonly changed: number;
}) {
  const choices = settingsOf(definition, race);
  const choose = (id: string) => {
    const setting = choices.find((choice) => choice.id === id);
    if (setting) actions.updateRacer(racer.key, applySetting(racer, setting, race));
  };
  return (
    <div className="preset">
      <NativeSelect label="Preset" isLabelHidden value={nearest.id} onChange={choose}>
        {choices.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </NativeSelect>
      {changed > 0 && (
        <span className="panel-changed numeric">
          <span className="changed-dot" aria-hidden="true" /> {changed}
          <span className="visually-hidden"> changed</span>
          <button type="button" className="reset-button" onClick={() => choose(nearest.id)}>
            reset all
          </button>
        </span>
      )}
    </div>
  );
}

/** What the tuned point cost, and whether it was tuned for other settings. */
function TunedNote({ definition, race }: { readonly definition: OptimizerDefinition; readonly race: RaceConfig }) {
  const tuned = findTuned(definition, race);
  return tuned && <p className={`field-doc${tuned.matches ? '' : ' tuned-note'}`}>{tuned.why}</p>;
}

/** One racer: its line, its name and preset, and on demand everything about it. */
export const RacerCard = memo(function RacerCard({ racer, isOpen, onToggle, onRemove, canRemove, canDuplicate }: RacerCardProps) {
  const race = raceStore((state) => state.config);
  const id = useId();
  const definition = findOptimizer(racer.optimizer);
  const nearest = nearestSetting(racer, race);
  if (!definition || !nearest) return null;
  const label = racerLabels(race)[racer.key] ?? definition.label;
  return (
    <li className={`racer${racer.hidden ? ' is-hidden' : ''}`}>
      <div className="racer-head">
        <button
          type="button"
          className="icon-button"
          aria-pressed={!racer.hidden}
          aria-label={`Show ${label} in the charts`}
          title={racer.hidden ? 'Show in the charts' : 'Hide in the charts; it still runs'}
          onClick={() => actions.toggleHidden(racer.key)}
        >
          <Swatch racerKey={racer.key} family={definition.family} />
        </button>
        <button type="button" className="racer-name" aria-expanded={isOpen} aria-controls={id} onClick={onToggle}>
          <span>{label}</span>
          <svg className="chevron" width="10" height="6" viewBox="0 0 10 6" aria-hidden="true">
            <path d="M1 1l4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.5" />
          </svg>
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={`How ${label} works`}
          title={`How ${definition.label} works`}
          onClick={() => showCard({ optimizer: definition.id, racerKey: racer.key })}
        >
          <svg width="16" height="14" viewBox="0 0 16 14" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.3">
            <path d="M6.5 1.8C4.6 1 4.2 2.3 3.9 4L2.8 10.5c-.3 1.7-.9 2.3-2 1.9M1.6 5.2h4.4M8.5 5.2l5.5 7M14 5.2l-5.5 7" />
          </svg>
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={`Duplicate ${label}`}
          title="Duplicate"
          disabled={!canDuplicate}
          onClick={() => actions.duplicateRacer(racer.key)}
        >
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.3">
            <path d="M4.5 4.5h8v8h-8zM9.5 4.5v-3h-8v8h3" />
          </svg>
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={`Remove ${label}`}
          title="Remove"
          disabled={!canRemove}
          onClick={onRemove}
        >
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.3">
            <path d="M3 3l8 8M11 3l-8 8" />
          </svg>
        </button>
      </div>
      <PresetSelect racer={racer} definition={definition} race={race} nearest={nearest.setting} changed={nearest.changed.length} />
      {nearest.setting.id === 'tuned' && <TunedNote definition={definition} race={race} />}
      <div id={id} hidden={!isOpen}>
        {isOpen && <RacerDetails racer={racer} definition={definition} race={race} setting={nearest.setting} />}
      </div>
    </li>
  );
});
