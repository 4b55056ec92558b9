import type { RaceConfig, ViewConfig } from '../../engine/config.ts';
import type { SharedRace } from '../../engine/url.ts';
import type { ChartId } from '../../engine/view.ts';
import type { OptimizerDefinition } from '../../optimizers/definition.ts';
import type { WorkloadDefinition } from '../../workloads/definition.ts';
import type { RaceSamples } from '../store/samples.ts';
import type { SeriesStyle } from '../theme/series.ts';
import type { Scale } from './axes.ts';

/** How a line takes part in a chart. */
export type LineRole =
  /** Named in the legend and at its end; decides the y axis. */
  | 'main'
  /** Unsmoothed values under a smoothed main line. */
  | 'raw'
  /** A few separate points measured elsewhere, drawn as rings; not in the legend. */
  | 'sample'
  /** Something the main line is compared with; no entry of its own in the legend. */
  | 'reference';

/** One decimated line. `values[i]` belongs to the point after `steps[i]` updates; a value that cannot be drawn is a gap. */
export interface ChartLine {
  readonly id: string;
  readonly role: LineRole;
  /** Null for a line that several racers share. */
  readonly racerKey: string | null;
  readonly label: string;
  /** At the line's end, where the label is a list that would be cut; absent where it is the label. */
  readonly endLabel?: string;
  /** What of the racer it shows where another line shows something else, in a word: `moved`, `y`; empty where the racer's name says it all. */
  readonly part: string;
  /** What the legend adds to the label, e.g. the norm or the unit; empty when there is nothing to add. */
  readonly note: string;
  /** One sentence shown on demand; empty when there is nothing to explain. */
  readonly hint: string;
  readonly style: SeriesStyle;
  readonly isHidden: boolean;
  readonly steps: readonly number[];
  readonly values: readonly number[];
  /** The value shown by the crosshair after that many updates; null where there is none. */
  readonly at: (step: number) => number | null;
}

/** Range over seeds around a main line. */
export interface ChartBand {
  readonly id: string;
  readonly style: SeriesStyle;
  readonly isHidden: boolean;
  readonly steps: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** A run that diverged: a cross at its last finite point. */
export interface ChartMark {
  readonly id: string;
  readonly racerKey: string;
  readonly style: SeriesStyle;
  readonly isHidden: boolean;
  readonly step: number;
  readonly value: number;
  /** Which update ended the run, counted from 1; empty where another mark says it. */
  readonly text: string;
  /** The same where there is little room. */
  readonly shortText: string;
  /** Why, in a few words; empty where nothing is known of it or another mark says it. */
  readonly reason: string;
}

/** A horizontal line with its value. */
export interface ChartRule {
  readonly id: string;
  readonly value: number;
  readonly text: string;
  readonly kind: 'target' | 'truth';
}

export interface ChartData {
  readonly title: string;
  /** Unit of the y axis; empty for a pure number. */
  readonly unit: string;
  readonly lines: readonly ChartLine[];
  readonly bands: readonly ChartBand[];
  readonly marks: readonly ChartMark[];
  readonly rules: readonly ChartRule[];
  /** Whether the y axis must hold the first and last value of every line; false where they fall towards 0 by schedule. */
  readonly keepsEnds: boolean;
  /** A y axis that never changes, e.g. 0..1 for relative schedules; null fits the data. */
  readonly yDomain: readonly [number, number] | null;
  /** Why there is no line, in words; shown in place of an empty plot. */
  readonly emptyText: string;
}

/** Everything a chart depends on. */
export interface ChartInput {
  readonly samples: RaceSamples;
  /** The edited race: says which racers are hidden. */
  readonly config: RaceConfig;
  readonly view: ViewConfig;
  /** What the opened link says about an earlier run of some race. */
  readonly shared: SharedRace | null;
  readonly xScale: Scale;
  readonly yScale: Scale;
  readonly workload: WorkloadDefinition | undefined;
  readonly definitionOf: (optimizerId: string) => OptimizerDefinition | undefined;
  /** Racer labels by key. */
  readonly labels: Readonly<Record<string, string>>;
}

export type ChartBuilder = (input: ChartInput) => ChartData;
export type { ChartId };
