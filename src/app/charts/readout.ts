import type { ChartData, ChartLine } from './chart-data.ts';

/** One row of a chart's legend: a main line, and the line it is compared with. */
export interface LegendEntry {
  readonly line: ChartLine;
  readonly reference: ChartLine | null;
}

export function legendEntries({ lines }: ChartData): readonly LegendEntry[] {
  return lines
    .filter(({ role }) => role === 'main')
    .map((line) => ({ line, reference: lines.find((other) => other.role === 'reference' && other.racerKey === line.racerKey) ?? null }));
}

/** What the legend shows: the values at the crosshair, or the last ones while nothing is pointed at. */
export function readoutStep(pointed: number | null, count: number): number {
  return pointed ?? Math.max(0, count - 1);
}

/** The value at a step; while nothing is pointed at, a line that has ended keeps its last value. */
export function readoutValue(line: ChartLine, pointed: number | null, count: number): number | null {
  if (pointed !== null) return line.at(pointed);
  const now = line.at(readoutStep(null, count));
  if (now !== null) return now;
  const last = line.steps[line.steps.length - 1];
  return last === undefined ? null : line.at(last);
}

/** Evenly spread steps of the data table, the first and the last one included. */
export function tableSteps(count: number, rows: number): readonly number[] {
  if (count <= 0) return [];
  const last = count - 1;
  const steps = Array.from({ length: rows }, (_, i) => Math.round((i * last) / Math.max(1, rows - 1)));
  return [...new Set(steps)];
}
