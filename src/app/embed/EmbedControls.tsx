import { memo, type ReactNode } from 'react';
import type { Lockable } from '../../engine/view.ts';
import { RacersSection } from '../race/panel/RacersSection.tsx';
import { BatchSection, HorizonSection, ScheduleSection, SeedsSection } from '../race/panel/RaceSections.tsx';
import { WorkloadSection } from '../race/panel/WorkloadSection.tsx';
import { raceStore } from '../store/store.ts';
import '../race/panel/panel.css';

const SECTIONS: readonly (readonly [part: Lockable, section: ReactNode])[] = [
  ['workload', <WorkloadSection key="workload" />],
  ['racers', <RacersSection key="racers" />],
  ['schedule', <ScheduleSection key="schedule" />],
  ['horizon', <HorizonSection key="horizon" />],
  ['batch', <BatchSection key="batch" />],
  ['seeds', <SeedsSection key="seeds" />],
];

/** The settings of the race; what the author has locked can be read but not changed. */
export const EmbedControls = memo(function EmbedControls() {
  const lock = raceStore((state) => state.view.lock);
  return (
    <div className="panel embed-panel">
      {SECTIONS.map(([part, section]) => (
        <fieldset key={part} className="embed-section" disabled={lock.includes(part)}>
          <legend className="visually-hidden">
            {part}
            {lock.includes(part) && ', locked by the author of this page'}
          </legend>
          {section}
        </fieldset>
      ))}
    </div>
  );
});
