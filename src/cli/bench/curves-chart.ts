import { CONTENDERS, type CompiledId } from '../../bench/contenders.ts';
import type { BenchReport, Curve, CurveAxis } from '../../bench/report.ts';
import { decades, element, label, logScale, type Marker, marker, picture, powersOfTen } from './svg.ts';

const STYLES: Readonly<Partial<Record<CompiledId, { readonly colour: string; readonly shape: Marker }>>> = {
  'compiled-webgpu': { colour: '#D55E00', shape: 'diamond' },
  'compiled-wasm': { colour: '#0072B2', shape: 'triangle' },
};

const PANELS: readonly { readonly axis: CurveAxis; readonly title: string }[] = [
  { axis: 'runs', title: 'runs R' },
  { axis: 'width', title: 'width of the hidden layers, R = 1' },
  { axis: 'batch', title: 'batch, R = 1' },
];

const WIDTH = 1280;
const TOP = 110;
const BOTTOM = 430;
const PANEL = 400;
const LEFT = 72;
const PLOT = 310;

const polyline = (points: readonly (readonly [number, number])[], colour: string, dash: string): string =>
  element('polyline', {
    points: points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' '),
    fill: 'none',
    stroke: colour,
    'stroke-width': 2.5,
    'stroke-dasharray': dash,
  });

function panel(curves: readonly Curve[], range: readonly [number, number], left: number, title: string): string {
  const at = curves.flatMap(({ points }) => points.map((point) => point.at));
  const x = logScale([Math.min(...at), Math.max(...at)], [left, left + PLOT]);
  const y = logScale(range, [BOTTOM, TOP]);
  const ticks = [...new Set(at)].sort((a, b) => a - b);
  const frame = powersOfTen(range).map(
    (value) =>
      element('line', { x1: left, x2: left + PLOT, y1: y(value), y2: y(value), stroke: '#d0d0d0' }) +
      label(left - 10, y(value) + 5, String(value), { 'text-anchor': 'end' }),
  );
  const below = ticks.map((value) => label(x(value), BOTTOM + 22, String(value), { 'text-anchor': 'middle', 'font-size': 13 }));
  const lines = curves.map(({ contender, points }) => {
    const { colour, shape } = STYLES[contender] ?? { colour: '#000000', shape: 'circle' };
    return (
      polyline(
        points.map((point) => [x(point.at), y(point.floorMs)]),
        colour,
        '3 5',
      ) +
      polyline(
        points.map((point) => [x(point.at), y(point.stepMs.median)]),
        colour,
        'none',
      ) +
      points.map((point) => marker(shape, x(point.at), y(point.stepMs.median), colour)).join('')
    );
  });
  return [...frame, ...below, ...lines, label(left + PLOT / 2, BOTTOM + 48, title, { 'text-anchor': 'middle', 'font-weight': 600 })].join(
    '',
  );
}

/** ms per step of the small MLP against runs, width and batch, with the floor of each generator dotted below it. */
export function curvesChart({ curves, adapter, cores, date }: BenchReport): string {
  const values = curves.flatMap(({ points }) => points.flatMap(({ stepMs, floorMs }) => [stepMs.median, floorMs]));
  const range = decades(values);
  const ids = [...new Set(curves.map(({ contender }) => contender))];
  const legend = ids.map((id, index) => {
    const { colour, shape } = STYLES[id] ?? { colour: '#000000', shape: 'circle' };
    const left = 40 + index * 300;
    return marker(shape, left, 71, colour) + label(left + 16, 76, CONTENDERS[id].label);
  });
  const dotted =
    polyline(
      [
        [640, 71],
        [680, 71],
      ],
      '#555555',
      '3 5',
    ) + label(692, 76, 'floor: bare matrix product, or bare copy');
  return picture(
    WIDTH,
    BOTTOM + 90,
    'Milliseconds per training step of an MLP against runs, width and batch, for both generators',
    label(32, 40, 'MLP 64-64-64-10, batch 128, one size changed at a time: milliseconds per step', { 'font-size': 22, 'font-weight': 600 }),
    ...legend,
    dotted,
    ...PANELS.map(({ axis, title }, index) =>
      panel(
        curves.filter((curve) => curve.axis === axis),
        range,
        LEFT + index * PANEL,
        title,
      ),
    ),
    label(32, BOTTOM + 78, `${adapter}, ${cores} cores, ${date}`, { 'font-size': 13, fill: '#555555' }),
  );
}
