import type { RaceConfig, RacerConfig } from '../../../engine/config.ts';
import type { OptimizerDefinition } from '../../../optimizers/definition.ts';
import { CopyAs } from '../../snippets/CopyAs.tsx';
import { actions } from '../../store/actions.ts';
import { findWorkload } from '../../store/definitions.ts';
import type { Setting } from '../../store/settings.ts';
import { showCard } from '../../store/shown-card.ts';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { HyperField } from './HyperField.tsx';
import { ScheduleFields } from './ScheduleFields.tsx';

interface RacerDetailsProps {
  readonly racer: RacerConfig;
  readonly definition: OptimizerDefinition;
  readonly race: RaceConfig;
  /** The preset whose values are what "changed" and "reset" refer to. */
  readonly setting: Setting;
}

/** The largest label smoothing and dropout that links and the engine accept. */
const MAX_REGULARIZATION = 0.9;

/** Fields of those that a workload may have. */
const REGULARIZATION = [
  {
    name: 'labelSmoothing',
    label: 'Label smoothing',
    doc: 'Part of each label spread over all classes, 0 to 0.9. The loss chart stays unsmoothed.',
  },
  { name: 'dropout', label: 'Dropout', doc: 'Probability of dropping a hidden unit, 0 to 0.9; the noise is shared by all runs of a seed.' },
  {
    name: 'auxDropout',
    label: 'Auxiliary dropout',
    doc: "Probability of dropping attention weights and the like, 0 to 0.9, as AlgoPerf's second dropout rate.",
  },
] as const;

function Regularization({ racer, race, setting }: Pick<RacerDetailsProps, 'racer' | 'race' | 'setting'>) {
  const offered = findWorkload(race.workload.id)?.regularization;
  return REGULARIZATION.filter(({ name }) => offered?.[name]).map(({ name, label, doc }) => (
    <NumberField
      key={name}
      label={label}
      scale="linear"
      value={racer[name]}
      initial={setting[name]}
      min={0}
      max={MAX_REGULARIZATION}
      onChange={(value) => actions.updateRacer(racer.key, { [name]: value })}
      doc={doc}
    />
  ));
}

function Overrides({ racer, race }: Pick<RacerDetailsProps, 'racer' | 'race'>) {
  const update = (change: Partial<RacerConfig>) => actions.updateRacer(racer.key, change);
  return (
    <>
      <Checkbox isChecked={racer.schedule !== null} onChange={(isOwn) => update({ schedule: isOwn ? race.schedule : null })}>
        Own schedule
      </Checkbox>
      {racer.schedule && <ScheduleFields schedule={racer.schedule} initial={race.schedule} onChange={(schedule) => update({ schedule })} />}
      <Checkbox isChecked={racer.horizon !== null} onChange={(isOwn) => update({ horizon: isOwn ? race.horizon : null })}>
        Own horizon
      </Checkbox>
      {racer.horizon !== null && (
        <NumberField
          label="Horizon"
          unit="%"
          factor={100}
          scale="linear"
          value={racer.horizon}
          initial={race.horizon}
          min={0.01}
          max={1}
          onChange={(horizon) => update({ horizon })}
        />
      )}
    </>
  );
}

/** Where the values of the preset are from, and how the method works. */
function Source({ racer, definition, setting }: Pick<RacerDetailsProps, 'racer' | 'definition' | 'setting'>) {
  const { authors, year } = definition.paper;
  return (
    <div className="racer-source">
      <p>
        {setting.label}: {setting.source}
      </p>
      <button type="button" className="button" onClick={() => showCard({ optimizer: definition.id, racerKey: racer.key })}>
        How it works
      </button>
      <p>
        Formulas, memory, paper ({authors}, {year}) and what differs from {definition.paper.implementation}.
      </p>
    </div>
  );
}

/** Everything that can be set about one racer, and where its numbers come from. */
export function RacerDetails({ racer, definition, race, setting }: RacerDetailsProps) {
  return (
    <div className="racer-details">
      {Object.entries(definition.hyper).map(([name, spec]) => (
        <HyperField
          key={name}
          spec={spec}
          value={racer.hyper[name] ?? spec.value}
          initial={setting.hyper[name] ?? spec.value}
          onChange={(value) => actions.updateRacer(racer.key, { hyper: { ...racer.hyper, [name]: value } })}
        />
      ))}
      <Regularization racer={racer} race={race} setting={setting} />
      <Overrides racer={racer} race={race} />
      <Source racer={racer} definition={definition} setting={setting} />
      <CopyAs definition={definition} racer={racer} race={race} />
    </div>
  );
}
