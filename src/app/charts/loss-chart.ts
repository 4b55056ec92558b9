import { lossOf } from '../../workloads/words.ts';
import { BEFORE_UPDATE, shownRacers, stepBand, stepLine, stepMarks } from './build-lines.ts';
import type { ChartBuilder } from './chart-data.ts';
import { raceSeries } from './race-series.ts';
import { sharedPoints } from './shared-points.ts';

const MAIN = { id: 'loss', offset: BEFORE_UPDATE } as const;

/** Plain training loss of the point before each update; with smoothing the raw values stay, faint, under the average. */
export const buildLossChart: ChartBuilder = (input) => {
  const series = raceSeries(input.samples);
  const { smoothing } = input.view;
  const loss = lossOf(input.workload);
  const racers = shownRacers(input).flatMap((shown) => {
    const column = series.column(shown.racer.key, 'loss');
    return column ? [{ shown, column }] : [];
  });
  return {
    title: 'Training loss',
    unit: [loss.label, loss.unit].filter((part) => part !== '').join(', '),
    lines: racers.flatMap(({ shown, column }) => {
      const points = sharedPoints(input, shown);
      const { points: both } = shown.definition;
      const main = {
        ...MAIN,
        role: 'main',
        ...(both ? { note: `at ${both.gradient}, where gradients are taken`, hint: both.meaning } : {}),
      } as const;
      if (smoothing === 0) return [stepLine(input, shown, column.median, main), ...points];
      const smooth = series.smoothed(shown.racer.key, 'loss', column.median, smoothing, input.yScale);
      return [
        stepLine(input, shown, column.median, { ...MAIN, id: 'raw', role: 'raw', style: { ...shown.style, dash: 'none', width: 1 } }),
        stepLine(input, shown, smooth, main),
        ...points,
      ];
    }),
    bands: racers.flatMap(({ shown, column }) => stepBand(input, shown, column, MAIN)),
    marks: racers.flatMap(({ shown }) => stepMarks(input, shown, series.runs(shown.racer.key), { name: 'loss', offset: BEFORE_UPDATE })),
    rules: [],
    keepsEnds: true,
    yDomain: null,
    emptyText: 'The loss appears with the first step.',
  };
};
