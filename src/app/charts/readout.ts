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

/** What the data table calls a line. */
export function columnLabel({ role, label, part, note }: ChartLine): string {
  const what = role === 'main' && part !== '' ? part : note;
  if (what === '') return label;
  return what.includes('(') ? `${label}, ${what}` : `${label} (${what})`;
}

/** The value at a step; while nothing is pointed at, the newest one: a loss is known one update later, and a line that ended keeps its last. */
export function readoutValue(line: ChartLine, pointed: number | null, count: number): number | null {
  if (pointed !== null) return line.at(pointed);
  const newest = line.at(count) ?? line.at(count - 1);
  if (newest !== null) return newest;
  const last = line.steps[line.steps.length - 1];
  return last === undefined ? null : line.at(last);
}

/**
 * Evenly spread steps of the data table, from the first to the last step at which any of its lines has a value.
 * @param count updates done.
 */
export function tableSteps({ lines }: ChartData, count: number, rows: number): readonly number[] {
  const drawn = lines.filter(({ role, steps }) => (role === 'main' || role === 'reference') && steps.length > 0);
  if (count <= 0 || drawn.length === 0) return [];
  const first = Math.min(...drawn.map(({ steps }) => steps[0] as number));
  const last = Math.min(count, Math.max(...drawn.map(({ steps }) => steps[steps.length - 1] as number)));
  const steps = Array.from({ length: rows }, (_, i) => first + Math.round((i * (last - first)) / Math.max(1, rows - 1)));
  return [...new Set(steps)];
}
