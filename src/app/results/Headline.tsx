import { memo } from 'react';
import { headline } from './headline.ts';
import { useRaceSummary } from './race-summary.ts';
import './results.css';

/** The computed sentence above the charts. Its height is reserved, so that charts do not move when it appears. */
export const Headline = memo(function Headline() {
  const summary = useRaceSummary();
  return <p className="headline">{summary ? headline(summary).replaceAll(' %', '\u00a0%') : ''}</p>;
});
