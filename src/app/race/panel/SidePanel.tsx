import { memo } from 'react';
import { RacersSection } from './RacersSection.tsx';
import { BatchSection, HorizonSection, ScheduleSection, SeedsSection } from './RaceSections.tsx';
import { WorkloadSection } from './WorkloadSection.tsx';
import './panel.css';

/** The form of everything a race's numbers depend on. */
export const SidePanel = memo(function SidePanel() {
  return (
    <div className="panel">
      <WorkloadSection />
      <RacersSection />
      <ScheduleSection />
      <HorizonSection />
      <BatchSection />
      <SeedsSection />
    </div>
  );
});
