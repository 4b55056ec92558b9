import { lazy, Suspense } from 'react';
import { useAfterFirstChart } from '../race/use-after-first-chart.ts';

const ExamplesPanel = lazy(async () => ({ default: (await import('./ExamplesPanel.tsx')).ExamplesPanel }));

const place = <div className="examples-place" />;

/** The panel of validation examples, in a chunk of its own that comes after the charts; its place is kept meanwhile. */
export function Examples() {
  const isAfterFirstChart = useAfterFirstChart();
  return <Suspense fallback={place}>{isAfterFirstChart ? <ExamplesPanel /> : place}</Suspense>;
}
