import { type Domain, fitDomain, type Scale } from './axes.ts';
import type { ChartData, ChartLine } from './chart-data.ts';

/** Fraction of the smallest values that may fall out of the fit. */
const ROBUST_CUT = 0.005;
/** The same where lines end in a schedule's decay to 0: on a log axis the last hundredths of a cosine would take half of the chart. */
const TAIL_CUT = 0.04;

/**
 * The y axis of a chart. Runs that stayed finite decide it, with their first and last values always in; a diverged racer
 * is drawn into it, out of its top if need be, where its cross stays visible. Rules are always in.
 */
export function yDomainOf(data: ChartData, scale: Scale): Domain {
  if (data.yDomain) return data.yDomain;
  const visible = data.lines.filter(({ isHidden }) => !isHidden);
  const diverged = new Set(data.marks.map(({ racerKey }) => racerKey));
  const isAlive = ({ racerKey }: ChartLine) => racerKey === null || !diverged.has(racerKey);
  const deciding = visible.some(isAlive) ? visible.filter(isAlive) : visible;
  const bands = data.bands.filter(({ id, isHidden }) => !isHidden && deciding.some((line) => line.id === id));
  const values = [...deciding.flatMap((line) => line.values), ...bands.flatMap(({ low, high }) => [...low, ...high])];
  const keep = [
    ...data.rules.map(({ value }) => value),
    ...(data.keepsEnds ? deciding : [])
      .filter(isAlive)
      .flatMap(({ values: [...list] }) => [firstShown(list, scale), firstShown(list.reverse(), scale)]),
  ];
  return fitDomain(values, keep, scale, data.keepsEnds ? ROBUST_CUT : TAIL_CUT) ?? (scale === 'log' ? [0.1, 10] : [0, 1]);
}

function firstShown(values: readonly number[], scale: Scale): number {
  return values.find((value) => Number.isFinite(value) && (scale === 'linear' || value > 0)) ?? Number.NaN;
}
