/** How a racer's line is drawn. `colour` is a CSS custom property, so that both themes follow; see theme.css. */
export interface SeriesStyle {
  readonly colour: string;
  /** An SVG stroke-dasharray; 'none' is a solid line. */
  readonly dash: string;
  /** CSS pixels. */
  readonly width: number;
}

export const RACER_KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;
export type RacerKey = (typeof RACER_KEYS)[number];

/** One pattern per racer, told apart in print and without colour. Solid first, then ever more broken. */
const DASHES: Readonly<Record<RacerKey, string>> = {
  a: 'none',
  b: '9 3',
  c: '3 2.5',
  d: '12 3 2.5 3',
  e: '6 2.5 2 2.5 2 2.5',
  f: '1.5 3',
  g: '14 5',
  h: '7 3 7 3 1.5 3',
};

const isRacerKey = (key: string): key is RacerKey => (RACER_KEYS as readonly string[]).includes(key);

/**
 * A racer's line style: a pure function of its key and its optimizer's family, so hiding or removing others changes nothing.
 * Baselines are neutral (greys to black) and thicker; learning-rate-free methods carry the hues.
 */
export function seriesStyle(racerKey: string, family: 'baseline' | 'free'): SeriesStyle {
  const key = isRacerKey(racerKey) ? racerKey : 'a';
  return family === 'baseline'
    ? { colour: `var(--baseline-${key})`, dash: DASHES[key], width: 2.5 }
    : { colour: `var(--series-${key})`, dash: DASHES[key], width: 1.75 };
}
