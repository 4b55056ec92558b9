import { sharedSteps } from '../../engine/url.ts';
import { countChanges } from '../store/changes.ts';
import { medianOfSorted } from './bands.ts';
import type { ShownRacer } from './build-lines.ts';
import type { ChartInput, ChartLine } from './chart-data.ts';

/** CSS pixels. */
const RING_WIDTH = 1.5;

/** The losses that came with the link as rings, at the steps done before they were measured like all losses, the median over seeds; nothing when another race is on screen. */
export function sharedPoints({ shared, samples }: ChartInput, { racer, label, style, isHidden }: ShownRacer): readonly ChartLine[] {
  if (!shared || countChanges(samples.config, shared.config) > 0) return [];
  const runs = shared.runs.filter(({ racerKey }) => racerKey === racer.key);
  const horizon = samples.runs.find(({ racerKey }) => racerKey === racer.key)?.horizonSteps;
  if (horizon === undefined || runs.length === 0) return [];
  const points = sharedSteps(horizon).flatMap((step, i) => {
    const values = runs.map(({ losses }) => losses[i] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    values.sort((a, b) => a - b);
    return values.length === 0 ? [] : [{ step, value: medianOfSorted(values) }];
  });
  return [
    {
      id: `${racer.key}:shared`,
      role: 'sample',
      racerKey: racer.key,
      label,
      part: '',
      note: '',
      hint: 'Losses of the run that was shared.',
      style: { ...style, dash: 'none', width: RING_WIDTH },
      isHidden,
      steps: points.map(({ step }) => step),
      values: points.map(({ value }) => value),
      at: () => null,
    },
  ];
}
