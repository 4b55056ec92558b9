import { CONTENDERS, type ContenderId, type PRODUCT } from '../../bench/contenders.ts';
import type { BenchReport } from '../../bench/report.ts';
import { decades, element, label, logScale, type Marker, marker, picture, powersOfTen } from './svg.ts';

/** Okabe-Ito hues and a shape each. Freestep's own are filled and come last, so that they lie on top. */
const STYLES: Readonly<Record<Exclude<ContenderId, typeof PRODUCT>, { readonly colour: string; readonly shape: Marker }>> = {
  'stock-webgpu': { colour: '#767676', shape: 'box' },
  'stock-wasm': { colour: '#767676', shape: 'ring' },
  'eager-webgpu': { colour: '#56B4E9', shape: 'square' },
  'eager-wasm': { colour: '#56B4E9', shape: 'circle' },
  'jax-webgpu': { colour: '#E69F00', shape: 'box' },
  'jax-wasm': { colour: '#E69F00', shape: 'ring' },
  'jax-wasm-turns': { colour: '#CC79A7', shape: 'cross' },
  'compiled-webgpu': { colour: '#D55E00', shape: 'diamond' },
  'compiled-wasm': { colour: '#0072B2', shape: 'triangle' },
};

const WIDTH = 1280;
const LEFT = 400;
const RIGHT = 1240;
const ROW = 46;
const LEGEND_COLUMNS = 3;
const LEGEND_ROW = 26;

/** Median time per step of every contender on every case, on one logarithmic axis, with a line from quartile to quartile. */
export function timesChart({ cases, adapter, cores, date }: BenchReport): string {
  const ids = (Object.keys(STYLES) as (keyof typeof STYLES)[]).filter((id) =>
    cases.some(({ measured }) => measured.some(({ contender }) => contender === id)),
  );
  const legendRows = Math.ceil(ids.length / LEGEND_COLUMNS);
  const top = 82 + legendRows * LEGEND_ROW;
  const bottom = top + cases.length * ROW;
  const range = decades(cases.flatMap(({ measured }) => measured.flatMap(({ stepMs }) => [stepMs.q1, stepMs.q3])));
  const x = logScale(range, [LEFT, RIGHT]);

  const legend = ids.map((id, index) => {
    const at = 40 + (index % LEGEND_COLUMNS) * 400;
    const y = 76 + Math.floor(index / LEGEND_COLUMNS) * LEGEND_ROW;
    return marker(STYLES[id].shape, at, y - 5, STYLES[id].colour) + label(at + 16, y, CONTENDERS[id].label);
  });
  const grid = powersOfTen(range).map((value) => {
    const line = { x1: x(value), x2: x(value), y1: top, y2: bottom, stroke: '#d0d0d0' };
    return element('line', line) + label(x(value), bottom + 22, String(value), { 'text-anchor': 'middle' });
  });
  const rows = cases.map(({ on, measured }, index) => {
    const y = top + (index + 0.5) * ROW;
    const points = ids.flatMap((id) => {
      const entry = measured.find(({ contender }) => contender === id);
      if (entry === undefined) return [];
      const { colour, shape } = STYLES[id];
      const { q1, median, q3 } = entry.stepMs;
      const whisker = element('line', { x1: x(q1), x2: x(q3), y1: y, y2: y, stroke: colour, 'stroke-width': 3 });
      return [whisker + marker(shape, x(median), y, colour, 7)];
    });
    const band = { x: 0, y: y - ROW / 2, width: WIDTH, height: ROW, fill: index % 2 === 0 ? '#f5f5f5' : '#ffffff' };
    return {
      band: element('rect', band),
      marks:
        label(LEFT - 20, y - 3, `R = ${on.runs}`, { 'text-anchor': 'end', 'font-weight': 600 }) +
        label(LEFT - 20, y + 15, on.network.label, { 'text-anchor': 'end', 'font-size': 13 }) +
        points.join(''),
    };
  });
  return picture(
    WIDTH,
    bottom + 68,
    `Milliseconds per training step of ${ids.length} ways to train, in ${cases.length} cases`,
    label(32, 40, 'One training step of R runs: milliseconds, median and quartiles', { 'font-size': 22, 'font-weight': 600 }),
    ...legend,
    ...rows.map(({ band }) => band),
    ...grid,
    ...rows.map(({ marks }) => marks),
    label((LEFT + RIGHT) / 2, bottom + 44, 'ms per step, all runs together (logarithmic)', { 'text-anchor': 'middle' }),
    label(32, bottom + 58, `${adapter}, ${cores} cores, ${date}. Forward, backward and Adam.`, { 'font-size': 13, fill: '#555555' }),
  );
}
