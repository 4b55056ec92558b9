import { AFTER_UPDATE, shownRacers, stepBand, stepLine, stepMarks } from './build-lines.ts';
import type { ChartBuilder } from './chart-data.ts';
import { raceSeries } from './race-series.ts';

/**
 * The measured step, RMS(x_{k+1} - x_k), which means the same for every method; or the nominal multiplier of each method's own update,
 * whose unit differs from method to method and is named in the legend.
 */
export const buildStepChart: ChartBuilder = (input) => {
  const series = raceSeries(input.samples);
  const isNominal = input.view.stepView === 'nominal';
  const racers = shownRacers(input).flatMap((shown) => {
    const column = isNominal ? series.nominal(shown.racer, shown.definition) : series.column(shown.racer.key, 'rmsStep');
    return column ? [{ shown, column }] : [];
  });
  return {
    title: isNominal ? 'Nominal step multiplier' : 'Effective step size',
    unit: isNominal ? 'unit per method' : 'RMS(xₖ₊₁ − xₖ)',
    lines: racers.map(({ shown, column }) => {
      const { label, unit } = shown.definition.nominal;
      return stepLine(input, shown, column.median, {
        id: 'step',
        role: 'main',
        offset: AFTER_UPDATE,
        note: isNominal ? label : '',
        hint: isNominal ? `${label}: ${unit}` : '',
      });
    }),
    bands: racers.flatMap(({ shown, column }) => stepBand(input, shown, column, { id: 'step', offset: AFTER_UPDATE })),
    marks: racers.flatMap(({ shown }) => stepMarks(input, shown, series.runs(shown.racer.key), { name: 'rmsStep', offset: AFTER_UPDATE })),
    rules: [],
    keepsEnds: false,
    yDomain: null,
    emptyText: 'The step size appears with the first step.',
  };
};
