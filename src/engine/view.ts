/** Words that links, embeds and charts share for the parts of the page. */

/** The five charts, in page order. */
export const CHART_IDS = ['loss', 'metric', 'distance', 'step', 'schedule'] as const;
export type ChartId = (typeof CHART_IDS)[number];

/** Parts an author can leave out of an embed (`hide=`). */
export const HIDEABLE = [...CHART_IDS, 'headline', 'results', 'controls', 'toolbar'] as const;
export type Hideable = (typeof HIDEABLE)[number];

/** Parts that an embed has only where its author asks for them (`show=`): they came after the first embeds, whose height must stay. */
export const SHOWABLE = ['examples'] as const;
export type Showable = (typeof SHOWABLE)[number];

/** Controls an author can show but not let readers change (`lock=`). */
export const LOCKABLE = ['workload', 'racers', 'schedule', 'horizon', 'batch', 'seeds'] as const;
export type Lockable = (typeof LOCKABLE)[number];
