/**
 * A race as a link: the URL fragment holds a version and whatever differs from the defaults, and optionally what a run of it gave.
 *
 *     v=1&workload=logistic,problem:glass&seeds=3&b=prodigy,d0:1e-5,horizon:0.25&embed=1
 *
 * Fields are separated by `&`; a racer's field is its optimizer followed by what differs from that optimizer's defaults. A racer of the default
 * race without a field is as it is there, or at its optimizer's defaults where the workload is another one. Every setting is one entry of the tables
 * in url/fields.ts. What a missing field means is fixed by the version: whoever changes a default, here or in a definition, raises
 * `URL_VERSION` and adds a migration that writes the old default into links of the old version.
 *
 * Links come from strangers. Work is bounded by `MAX_HASH_LENGTH`, names from the link are only ever looked up in maps and fixed tables,
 * and what cannot be used is named in `problems` while the rest is used.
 */
import type { RaceConfig, ViewConfig } from './config.ts';
import { defaultUrlContext } from './default-config.ts';
import { integerCodec } from './url/codecs.ts';
import { BATCH_KEY, RACE_FIELDS, SCHEDULE_FIELDS, type UrlContext, VIEW_FIELDS, WORKLOAD_KEY } from './url/fields.ts';
import { migrate, URL_VERSION } from './url/migrations.ts';
import { decodeRacers, encodeRacers } from './url/racer-fields.ts';
import { encodeDifferences, type LinkProblem, ProblemList, Reader, type Report, readPairs } from './url/reader.ts';
import { decodeShared, encodeShared, type SharedRace } from './url/shared.ts';
import { decodeWorkload, defaultBatch, encodeWorkload, findWorkload } from './url/workload-field.ts';

export { isRecordingAddress } from './url/codecs.ts';
export type { UrlContext } from './url/fields.ts';
export type { LinkProblem } from './url/reader.ts';
export { cleanAdapter, SHARED_SAMPLES, type SharedRace, type SharedRun, sharedSteps } from './url/shared.ts';

export interface DecodedLink {
  readonly config: RaceConfig;
  readonly view: ViewConfig;
  /** What a run of this race gave, if the link says so. */
  readonly shared: SharedRace | null;
  readonly problems: readonly LinkProblem[];
}

/** The longest valid link (8 racers and 8 seeds, every setting changed, samples included) is about half as long. */
export const MAX_HASH_LENGTH = 16_384;

const VERSION_KEY = 'v';

/**
 * Writes a valid configuration as the fragment of a link, without the leading `#`.
 * @param shared what a run of it gave, to be compared with a re-run.
 * @throws Error when the configuration names an unknown workload or optimizer.
 */
export function encodeHash(
  config: RaceConfig,
  view: ViewConfig,
  shared: SharedRace | null = null,
  context: UrlContext = defaultUrlContext,
): string {
  const fields: (readonly [key: string, value: string])[] = [[VERSION_KEY, String(URL_VERSION)]];
  const workload = encodeWorkload(config.workload, context);
  if (workload !== null) fields.push([WORKLOAD_KEY, workload]);
  if (config.batch !== defaultBatch(config.workload, context)) fields.push([BATCH_KEY, String(config.batch)]);
  fields.push(
    ...encodeDifferences(RACE_FIELDS, config, context.config),
    ...encodeDifferences(SCHEDULE_FIELDS, config.schedule, context.config.schedule),
    ...encodeRacers(config.racers, findWorkload(config.workload.id, context), context),
    ...encodeDifferences(VIEW_FIELDS, view, context.view),
    ...(shared ? encodeShared(shared, config) : []),
  );
  return fields.map(([key, value]) => `${key}=${value}`).join('&');
}

/**
 * Reads the fragment of a link; a whole address or a leading `#` is fine.
 * Never throws: what is unknown or out of range is reported, and the default is used in its place.
 */
export function decodeHash(link: string, context: UrlContext = defaultUrlContext): DecodedLink {
  const problems = new ProblemList();
  const { report } = problems;
  const fields = migrate(readFields(link, report), VERSION_KEY, (message) => report(VERSION_KEY, message));
  const reader = new Reader(fields, report);
  const workload = decodeWorkload(reader, context);
  const known = findWorkload(workload.id, context);
  const batch = known.batch(workload.options);
  const config: RaceConfig = {
    workload,
    batch: reader.take({ key: BATCH_KEY, codec: integerCodec(batch.min, batch.max) }, defaultBatch(workload, context)),
    ...reader.takeAll(RACE_FIELDS, pick(context.config, RACE_FIELDS)),
    schedule: reader.takeAll(SCHEDULE_FIELDS, context.config.schedule),
    racers: decodeRacers(reader, known, context),
  };
  const view = reader.takeAll(VIEW_FIELDS, context.view);
  const shared = decodeShared(reader, config);
  reader.finish('no setting has this name');
  return { config, view, shared, problems: problems.list() };
}

function pick<K extends keyof RaceConfig>(config: RaceConfig, table: Readonly<Record<K, unknown>>): Pick<RaceConfig, K> {
  return Object.fromEntries(Object.keys(table).map((name) => [name, config[name as K]])) as Pick<RaceConfig, K>;
}

function readFields(link: string, report: Report): Map<string, string> {
  const start = link.indexOf('#') + 1;
  const length = link.length - start;
  if (length > MAX_HASH_LENGTH) {
    report('link', `it is ${length} characters long; at most ${MAX_HASH_LENGTH} are read, so all of it is ignored`);
    return new Map();
  }
  return readPairs(link.slice(start).split('&'), '=', report);
}
