import type { ChartData, ChartLine, ChartMark } from './chart-data.ts';
import { dodge } from './dodge.ts';
import { type Geometry, gutterWidth } from './geometry.ts';
import { shortenAll, textWidth } from './shorten.ts';

/** One SVG path of a chart. */
export interface ScenePath {
  readonly id: string;
  readonly d: string;
  readonly colour: string;
  readonly kind: 'band' | 'line' | 'cross' | 'leader' | 'sample';
  readonly dash: string;
  readonly width: number;
  readonly opacity: number;
}

export interface SceneText {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
  readonly text: string;
}

/** What is painted into the plot, in painting order. */
export interface Scene {
  readonly paths: readonly ScenePath[];
  readonly texts: readonly SceneText[];
}

const BAND_OPACITY = 0.15;
const RAW_OPACITY = 0.25;
const REFERENCE_OPACITY = 0.75;
const CROSS_RADIUS = 4.5;
const RING_RADIUS = 3;
const LABEL_HEIGHT = 13;
/** From the end of a line to the sample of its pattern, and from there to its name, CSS pixels. */
const SAMPLE_OFFSET = 6;
const SAMPLE_LENGTH = 14;
const NAME_OFFSET = SAMPLE_OFFSET + SAMPLE_LENGTH + 4;
/** A cross this near to the end of its racer's line belongs to it, CSS pixels. */
const AT_END = 12;
/** Far outside the plot: clipped there, and small enough for every renderer. */
const FAR = 4000;

const LONE_POINT = 'm-1 0h2';

const pixel = (value: number): number => Math.round(Math.min(FAR, Math.max(-FAR, value)) * 10) / 10;

/** Lays a chart out in pixels: pure, so that it can be tested without a browser. */
export function layoutScene(data: ChartData, geometry: Geometry): Scene {
  const lines = data.lines.filter(({ isHidden }) => !isHidden);
  const marks = data.marks.filter(({ isHidden }) => !isHidden);
  const ends = layoutEndLabels(lines, marks, geometry);
  return {
    paths: [
      ...data.bands
        .filter(({ isHidden }) => !isHidden)
        .map((band) => ({
          id: `band ${band.id}`,
          kind: 'band' as const,
          d: bandPath(band.steps, band.low, band.high, geometry),
          colour: band.style.colour,
          dash: 'none',
          width: 0,
          opacity: BAND_OPACITY,
        })),
      ...[...lines]
        .sort((a, b) => Number(a.role === 'main') - Number(b.role === 'main'))
        .map((line) => ({
          id: `line ${line.id}`,
          kind: 'line' as const,
          d: (line.role === 'sample' ? ringsPath : linePath)(line.steps, line.values, geometry),
          colour: line.style.colour,
          dash: line.style.dash,
          width: line.style.width,
          opacity: line.role === 'raw' ? RAW_OPACITY : line.role === 'reference' ? REFERENCE_OPACITY : 1,
        })),
      ...ends.paths,
      ...marks.map((mark) => ({
        id: `cross ${mark.id}`,
        kind: 'cross' as const,
        d: crossPath(geometry.toX(mark.step), clampY(geometry.toY(mark.value), geometry)),
        colour: mark.style.colour,
        dash: 'none',
        width: 2,
        opacity: 1,
      })),
    ],
    texts: [...ends.texts, ...layoutMarkTexts(ends.unnamed, geometry)],
  };
}

function isDrawable(x: number, y: number): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

/** Straight pieces between points; a value that cannot be drawn breaks the line, a lone point becomes a dash of 2 px. */
export function linePath(steps: readonly number[], values: readonly number[], { toX, toY }: Geometry): string {
  let d = '';
  let run = 0;
  for (let i = 0; i < steps.length; i++) {
    const x = toX(steps[i] as number);
    const y = toY(values[i] as number);
    if (!isDrawable(x, y)) {
      if (run === 1) d += LONE_POINT;
      run = 0;
      continue;
    }
    d += `${run === 0 ? 'M' : 'L'}${pixel(x)} ${pixel(y)}`;
    run++;
  }
  return run === 1 ? d + LONE_POINT : d;
}

/** A small ring around each point that can be drawn: seen beside a line that runs through it, and in print. */
export function ringsPath(steps: readonly number[], values: readonly number[], { toX, toY }: Geometry): string {
  return steps
    .map((step, i) => {
      const x = toX(step);
      const y = toY(values[i] as number);
      if (!isDrawable(x, y)) return '';
      const half = `a${RING_RADIUS} ${RING_RADIUS} 0 1 0`;
      return `M${pixel(x - RING_RADIUS)} ${pixel(y)}${half} ${2 * RING_RADIUS} 0${half} ${-2 * RING_RADIUS} 0`;
    })
    .join('');
}

/** Closed shapes between two outlines, one for each stretch where both can be drawn. */
export function bandPath(steps: readonly number[], low: readonly number[], high: readonly number[], { toX, toY }: Geometry): string {
  let d = '';
  let stretch: { x: number; low: number; high: number }[] = [];
  const close = () => {
    if (stretch.length > 1) {
      const there = stretch.map(({ x, high: y }) => `${x} ${y}`);
      const back = stretch.toReversed().map(({ x, low: y }) => `${x} ${y}`);
      d += `M${[...there, ...back].join('L')}Z`;
    }
    stretch = [];
  };
  steps.forEach((step, i) => {
    const x = toX(step);
    const bottom = toY(low[i] as number);
    const top = toY(high[i] as number);
    if (isDrawable(x, bottom) && isDrawable(x, top)) stretch.push({ x: pixel(x), low: pixel(bottom), high: pixel(top) });
    else close();
  });
  close();
  return d;
}

function crossPath(x: number, y: number): string {
  const [left, right, top, bottom] = [x - CROSS_RADIUS, x + CROSS_RADIUS, y - CROSS_RADIUS, y + CROSS_RADIUS].map(pixel);
  return `M${left} ${top}L${right} ${bottom}M${left} ${bottom}L${right} ${top}`;
}

function clampY(y: number, { plot }: Geometry): number {
  return Math.min(plot.y + plot.height, Math.max(plot.y, y));
}

function lastDrawable({ steps, values }: ChartLine, { toX, toY }: Geometry): { readonly x: number; readonly y: number } | null {
  for (let i = steps.length - 1; i >= 0; i--) {
    const x = toX(steps[i] as number);
    const y = toY(values[i] as number);
    if (isDrawable(x, y)) return { x, y };
  }
  return null;
}

/**
 * Names at the ends of lines, moved apart, each behind a sample of its line's pattern and joined to the line's end.
 * The sample carries colour and pattern, so that the name can have the contrast of text and both survive a grey print.
 * Where a line ends in a cross, words under its name say when and why; `unnamed` are the crosses elsewhere, e.g. of one seed of several.
 */
function layoutEndLabels(
  lines: readonly ChartLine[],
  marks: readonly ChartMark[],
  geometry: Geometry,
): { readonly texts: readonly SceneText[]; readonly paths: readonly ScenePath[]; readonly unnamed: readonly ChartMark[] } {
  const { plot, width } = geometry;
  const ends = lines.flatMap((line) => {
    const end = line.role === 'raw' || line.role === 'sample' ? null : lastDrawable(line, geometry);
    if (!end) return [];
    const mark =
      line.role === 'main'
        ? marks.find(
            ({ racerKey, step, text }) => text !== '' && racerKey === line.racerKey && Math.abs(geometry.toX(step) - end.x) < AT_END,
          )
        : undefined;
    return [{ line, mark, x: Math.min(end.x, plot.x + plot.width), y: clampY(end.y, geometry) }];
  });
  const named = new Set(ends.map(({ mark }) => mark));
  // As long inside the plot as in the gutter, or a line that ends early would be named across all others.
  const room = gutterWidth(width);
  const fits = (text: string): boolean => textWidth(text) <= room - SAMPLE_OFFSET;
  const rows = ends.flatMap((end, index) => [
    { ...end, index, words: '' },
    ...wordsOf(end.mark, fits).map((words) => ({ ...end, index, words })),
  ]);
  const placed = placeRows(rows, geometry);
  const names = shortenAll(
    ends.map(({ line }) => endLabelOf(line)),
    room - NAME_OFFSET,
  );
  const texts: SceneText[] = [];
  const paths: ScenePath[] = [];
  rows.forEach(({ line, mark, x, y, index, words }, row) => {
    const labelY = placed[row] as number;
    if (words !== '' && mark) {
      const id = words === mark.reason ? `reason ${mark.id}` : `mark ${mark.id}`;
      texts.push({ id, x: pixel(x + SAMPLE_OFFSET), y: pixel(labelY), anchor: 'start', text: words });
      return;
    }
    const { colour, dash, width: lineWidth } = line.style;
    texts.push({
      id: `end ${line.id}`,
      x: pixel(x + NAME_OFFSET),
      y: pixel(labelY),
      anchor: 'start',
      text: names[index] as string,
    });
    paths.push(
      {
        id: `leader ${line.id}`,
        kind: 'leader',
        d: `M${pixel(x + 1)} ${pixel(y)}L${pixel(x + SAMPLE_OFFSET)} ${pixel(labelY)}`,
        colour,
        dash: 'none',
        width: 0.75,
        opacity: 0.7,
      },
      {
        id: `sample ${line.id}`,
        kind: 'sample',
        d: `M${pixel(x + SAMPLE_OFFSET)} ${pixel(labelY)}h${SAMPLE_LENGTH}`,
        colour,
        dash,
        width: lineWidth,
        opacity: 1,
      },
    );
  });
  return { texts, paths, unnamed: marks.filter((mark) => !named.has(mark)) };
}

const endLabelOf = ({ role, label, endLabel = label, part }: ChartLine): string => (role === 'reference' ? `${label} ${part}` : endLabel);

/** Rows below the name of a line that ends in a cross: which update it was and, where there is room, why. */
function wordsOf(mark: ChartMark | undefined, fits: (text: string) => boolean): readonly string[] {
  if (!mark) return [];
  const reason = mark.reason !== '' && fits(mark.reason) ? [mark.reason] : [];
  return [fits(mark.text) ? mark.text : mark.shortText, ...reason];
}

interface LabelRow {
  readonly x: number;
  readonly y: number;
}

/** Moves rows apart: those in the gutter, and those of lines that ended so early that their labels lie inside the plot. */
function placeRows(rows: readonly LabelRow[], { plot, width }: Geometry): readonly number[] {
  const isEarly = ({ x }: LabelRow) => x + gutterWidth(width) < plot.x + plot.width;
  const result = new Array<number>(rows.length).fill(0);
  for (const early of [true, false]) {
    const members = rows.flatMap((row, index) => (isEarly(row) === early ? [{ index, y: row.y }] : []));
    const placed = dodge(
      members.map(({ y }) => y),
      LABEL_HEIGHT,
      plot.y + 4,
      plot.y + plot.height - 4,
    );
    for (const [place, { index }] of members.entries()) result[index] = placed[place] as number;
  }
  return result;
}

/** The words of each cross, above it, on the side that has room, and above one another where crosses meet. */
function layoutMarkTexts(marks: ChartData['marks'], geometry: Geometry): readonly SceneText[] {
  const { plot } = geometry;
  const taken: { left: number; right: number; y: number }[] = [];
  const named = marks.filter(({ text }) => text !== '');
  return named.map((mark) => {
    const x = Math.min(geometry.toX(mark.step), plot.x + plot.width);
    const whole = mark.reason === '' ? mark.text : `${mark.text}: ${mark.reason}`;
    const text = textWidth(whole) <= plot.width / 2 ? whole : mark.text;
    const length = textWidth(text);
    const anchor = x - length > plot.x ? ('end' as const) : ('start' as const);
    const [left, right] = anchor === 'end' ? [x - length, x] : [x, x + length];
    let y = clampY(geometry.toY(mark.value), geometry) - CROSS_RADIUS - 7;
    if (y < plot.y + 5) y = plot.y + CROSS_RADIUS + 12;
    while (taken.some((box) => box.left < right && left < box.right && Math.abs(box.y - y) < LABEL_HEIGHT)) y += LABEL_HEIGHT;
    taken.push({ left, right, y });
    return { id: `mark ${mark.id}`, x: pixel(x), y: pixel(y), anchor, text };
  });
}
