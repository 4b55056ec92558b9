import type { ViewConfig } from '../../engine/config.ts';
import type { RaceSamples } from '../store/samples.ts';
import { createScale, type Domain, invertScale, type Scale, secondsDomain, stepDomain } from './axes.ts';

/** Reserved around the plot, CSS pixels. */
export const AXIS_WIDTH = 48;
export const AXIS_HEIGHT = 24;
export const TOP = 8;
const GUTTER_WIDE = 134;
const GUTTER_NARROW = 88;

/** Room right of the plot for labels at the ends of lines. */
export const gutterWidth = (width: number): number => (width < 420 ? GUTTER_NARROW : GUTTER_WIDE);

export interface PlotBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where things are in one chart. */
export interface Geometry {
  readonly plot: PlotBox;
  /** Full width of the drawing, CSS pixels. */
  readonly width: number;
  readonly xScale: Scale;
  readonly yScale: Scale;
  readonly xDomain: Domain;
  readonly yDomain: Domain;
  /** The x in CSS pixels after so many updates. */
  readonly toX: (step: number) => number;
  readonly toY: (value: number) => number;
  /** The number of updates nearest to an x in CSS pixels, within the horizon. */
  readonly toStep: (x: number) => number;
}

/** Training seconds when `step` steps are done. */
export function secondsAt({ seconds, count }: RaceSamples, step: number): number {
  if (step <= 0) return 0;
  const done = Math.min(step, count);
  const last = seconds[done - 1] ?? 0;
  // Beyond what is measured (schedules): at the pace so far.
  return step <= count || count === 0 ? last : (last / count) * step;
}

/** The last step done at or before a time. */
function stepAtSeconds(samples: RaceSamples, time: number): number {
  let low = 0;
  let high = samples.count;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (secondsAt(samples, middle) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

export const xDomainOf = (samples: RaceSamples, xAxis: ViewConfig['xAxis'], scale: Scale): Domain =>
  xAxis === 'steps' ? stepDomain(samples.totalSteps, scale) : secondsDomain(samples.seconds, samples.count, samples.totalSteps, scale);

export function createGeometry(
  samples: RaceSamples,
  size: { readonly width: number; readonly height: number },
  axes: {
    readonly xAxis: ViewConfig['xAxis'];
    readonly xScale: Scale;
    readonly yScale: Scale;
    readonly xDomain: Domain;
    readonly yDomain: Domain;
  },
): Geometry {
  const plot: PlotBox = {
    x: AXIS_WIDTH,
    y: TOP,
    width: Math.max(1, size.width - AXIS_WIDTH - gutterWidth(size.width)),
    height: Math.max(1, size.height - TOP - AXIS_HEIGHT),
  };
  const right = plot.x + plot.width;
  const x = createScale(axes.xScale, axes.xDomain, [plot.x, right]);
  const y = createScale(axes.yScale, axes.yDomain, [plot.y + plot.height, plot.y]);
  const invert = invertScale(axes.xScale, axes.xDomain, [plot.x, right]);
  const isSeconds = axes.xAxis === 'seconds';
  return {
    plot,
    width: size.width,
    ...axes,
    toX: isSeconds ? (step) => x(secondsAt(samples, step)) : x,
    toY: y,
    toStep(pixel) {
      const value = invert(Math.min(right, Math.max(plot.x, pixel)));
      const step = isSeconds ? stepAtSeconds(samples, value) : Math.round(value);
      return Math.min(Math.max(step, 0), samples.totalSteps);
    },
  };
}
