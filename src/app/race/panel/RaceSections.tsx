import { MAX_SEEDS } from '../../../engine/config.ts';
import { MAX_SEED } from '../../../engine/validate.ts';
import { actions } from '../../store/actions.ts';
import { defaultConfig } from '../../store/default-config.ts';
import { findWorkload } from '../../store/definitions.ts';
import { raceStore } from '../../store/store.ts';
import { formatInteger } from '../../ui/format.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { ScheduleFields } from './ScheduleFields.tsx';
import { Section } from './Section.tsx';

export function ScheduleSection() {
  const schedule = raceStore((state) => state.config.schedule);
  const initial = defaultConfig.schedule;
  const changed = Number(schedule.kind !== initial.kind) + Number(schedule.warmup !== initial.warmup);
  return (
    <Section title="Schedule" changed={changed}>
      <ScheduleFields schedule={schedule} initial={initial} onChange={actions.setSchedule} />
    </Section>
  );
}

export function HorizonSection() {
  const horizon = raceStore((state) => state.config.horizon);
  const workload = raceStore((state) => state.config.workload);
  const maxSteps = findWorkload(workload.id)?.maxSteps(workload.options) ?? 1;
  return (
    <Section title="Horizon" changed={Number(horizon !== defaultConfig.horizon)}>
      <NumberField
        label="Part of the longest run"
        unit="%"
        factor={100}
        scale="linear"
        value={horizon}
        initial={defaultConfig.horizon}
        min={0.01}
        max={1}
        onChange={actions.setHorizon}
        doc={`${formatInteger(Math.max(1, Math.round(horizon * maxSteps)))} of ${formatInteger(maxSteps)} steps; the schedule ends with it.`}
      />
    </Section>
  );
}

export function BatchSection() {
  const batch = raceStore((state) => state.config.batch);
  const workload = raceStore((state) => state.config.workload);
  const limits = findWorkload(workload.id)?.batch(workload.options);
  if (!limits) return null;
  return (
    <Section title="Batch size" changed={Number(batch !== limits.value)}>
      <NumberField
        label="Examples per step"
        isInteger
        scale="log"
        value={batch}
        initial={limits.value}
        min={limits.min}
        max={limits.max}
        onChange={actions.setBatch}
        doc={`${limits.min} to ${limits.max}.`}
      />
    </Section>
  );
}

/** Fingerprints belong to what the race on screen really used, so they are shown for its seeds only. */
function Fingerprints() {
  const fingerprints = raceStore((state) => state.samples?.fingerprints);
  if (!fingerprints || fingerprints.length === 0) {
    return <p className="field-doc">Each seed's fingerprint (start and batch order) appears once a race has started.</p>;
  }
  return (
    <>
      <ul className="fingerprints numeric">
        {fingerprints.map(({ seed, hash }) => (
          <li key={seed}>
            seed {seed} <code>{hash}</code>
          </li>
        ))}
      </ul>
      <p className="field-doc">Fingerprint of the start and the batch order: all runs of a seed share it.</p>
    </>
  );
}

export function SeedsSection() {
  const seed = raceStore((state) => state.config.seed);
  const seeds = raceStore((state) => state.config.seeds);
  const changed = Number(seed !== defaultConfig.seed) + Number(seeds !== defaultConfig.seeds);
  return (
    <Section title="Seeds" changed={changed}>
      <NumberField
        label="Number of seeds"
        isInteger
        scale="linear"
        value={seeds}
        initial={defaultConfig.seeds}
        min={1}
        max={MAX_SEEDS}
        onChange={actions.setSeeds}
        doc="From two on, lines are medians and bands run from the lowest to the highest."
      />
      <NumberField
        label="First seed"
        isInteger
        value={seed}
        initial={defaultConfig.seed}
        min={0}
        max={MAX_SEED}
        onChange={actions.setSeed}
      />
      <Fingerprints />
    </Section>
  );
}
