import { memo } from 'react';
import { SCHEDULE_KINDS, type ScheduleConfig } from '../../../engine/config.ts';
import { relativeMultiplier, SCHEDULE_LABELS } from '../../../engine/schedules.ts';
import { formatPercent } from '../../ui/format.ts';
import { NativeSelect } from '../../ui/NativeSelect.tsx';
import { NumberField } from '../../ui/NumberField.tsx';

const WIDTH = 256;
const HEIGHT = 44;
const POINTS = 128;

/** The shape of a schedule over its horizon, peak 1. */
export const SchedulePreview = memo(function SchedulePreview({ schedule }: { readonly schedule: ScheduleConfig }) {
  const path = Array.from({ length: POINTS }, (_, t) => {
    const x = (t / (POINTS - 1)) * WIDTH;
    const y = 2 + (1 - relativeMultiplier(schedule, POINTS, t)) * (HEIGHT - 4);
    return `${t === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
  }).join('');
  return (
    <svg
      className="schedule-preview"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Schedule: ${SCHEDULE_LABELS[schedule.kind]}, warmup ${formatPercent(schedule.warmup)} of the horizon`}
    >
      <path d={path} fill="none" stroke="currentColor" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
    </svg>
  );
});

export function ScheduleFields({
  schedule,
  initial,
  onChange,
}: {
  readonly schedule: ScheduleConfig;
  readonly initial: ScheduleConfig;
  readonly onChange: (schedule: ScheduleConfig) => void;
}) {
  return (
    <>
      <NativeSelect label="Shape" value={schedule.kind} onChange={(kind) => onChange({ ...schedule, kind })}>
        {SCHEDULE_KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {SCHEDULE_LABELS[kind]}
          </option>
        ))}
      </NativeSelect>
      <SchedulePreview schedule={schedule} />
      <NumberField
        label="Warmup"
        unit="% of the horizon"
        factor={100}
        scale="linear"
        value={schedule.warmup}
        initial={initial.warmup}
        min={0}
        max={0.5}
        onChange={(warmup) => onChange({ ...schedule, warmup })}
      />
    </>
  );
}
