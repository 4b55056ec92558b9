import { seriesStyle } from '../../theme/series.ts';

/** A short piece of a racer's line, in its colour and dash. */
export function Swatch({ racerKey, family }: { readonly racerKey: string; readonly family: 'baseline' | 'free' }) {
  const { colour, dash, width } = seriesStyle(racerKey, family);
  return (
    <svg className="swatch" width="26" height="10" viewBox="0 0 26 10" aria-hidden="true">
      <line x1="0" y1="5" x2="26" y2="5" style={{ stroke: colour }} strokeWidth={width + 0.5} strokeDasharray={dash} />
    </svg>
  );
}
