import type { HyperValue } from '../../kernels/step-program.ts';
import type { RacerConfig } from '../config.ts';
import { hyperCodec, RACER_KEYS, RACERS_FIELD, racerFields, type UrlContext } from './fields.ts';
import { encodeDifferences, type Fields, type Reader } from './reader.ts';

type KnownOptimizer = UrlContext['optimizers'][number];
type KnownWorkload = UrlContext['workloads'][number];

function hyperFields(optimizer: KnownOptimizer): Fields<Record<string, HyperValue>> {
  return Object.fromEntries(Object.entries(optimizer.hyper).map(([name, spec]) => [name, { key: name, codec: hyperCodec(spec) }]));
}

/** The racers of a link that says nothing about them. A workload without a regularization takes it from them. */
function defaultRacers({ regularization }: KnownWorkload, context: UrlContext): readonly RacerConfig[] {
  return context.config.racers.map((racer) => ({
    ...racer,
    labelSmoothing: regularization.labelSmoothing ? racer.labelSmoothing : 0,
    dropout: regularization.dropout ? racer.dropout : 0,
  }));
}

/** What a field means that names this optimizer and nothing else. */
function defaultRacer(key: string, optimizer: KnownOptimizer, defaults: readonly RacerConfig[]): RacerConfig {
  const racer = defaults.find((candidate) => candidate.key === key);
  if (racer?.optimizer === optimizer.id) return racer;
  const hyper = Object.fromEntries(Object.entries(optimizer.hyper).map(([name, spec]) => [name, spec.value]));
  return { key, optimizer: optimizer.id, hyper, labelSmoothing: 0, dropout: 0, schedule: null, horizon: null, hidden: false };
}

function encodeRacer(racer: RacerConfig, workload: KnownWorkload, context: UrlContext): string | null {
  const optimizer = context.optimizers.find(({ id }) => id === racer.optimizer);
  if (!optimizer) throw new Error(`No optimizer is called ${racer.optimizer}.`);
  const base = defaultRacer(racer.key, optimizer, defaultRacers(workload, context));
  const differences = [
    ...encodeDifferences(hyperFields(optimizer), racer.hyper, base.hyper),
    ...encodeDifferences(racerFields(workload.regularization), racer, base),
  ];
  const isInDefaultRace = context.config.racers.some(({ key, optimizer: id }) => key === racer.key && id === racer.optimizer);
  if (isInDefaultRace && differences.length === 0) return null;
  return [racer.optimizer, ...differences.map(([name, value]) => `${name}:${value}`)].join(',');
}

/** `racers=` where the keys or their order differ from the default race, then one field per racer that differs. */
export function encodeRacers(
  racers: readonly RacerConfig[],
  workload: KnownWorkload,
  context: UrlContext,
): readonly (readonly [key: string, value: string])[] {
  const keys = racers.map(({ key }) => key);
  const list = RACERS_FIELD.codec.encode(keys);
  const isDefaultList = list === RACERS_FIELD.codec.encode(context.config.racers.map(({ key }) => key));
  const fields: [string, string][] = isDefaultList ? [] : [[RACERS_FIELD.key, list]];
  for (const racer of racers) {
    const text = encodeRacer(racer, workload, context);
    if (text !== null) fields.push([racer.key, text]);
  }
  return fields;
}

function decodeRacer(key: string, text: string, reader: Reader, workload: KnownWorkload, context: UrlContext): RacerConfig | null {
  const { head, settings } = reader.group(key, text);
  const optimizer = context.optimizers.find(({ id }) => id === head);
  if (!optimizer) {
    reader.report(
      key,
      `there is no such optimizer, so this racer is left out; it is one of ${context.optimizers.map(({ id }) => id).join(', ')}`,
    );
    return null;
  }
  const base = defaultRacer(key, optimizer, defaultRacers(workload, context));
  const { hyper: baseHyper, key: _, optimizer: __, ...rest } = base;
  const hyper = settings.takeAll(hyperFields(optimizer), baseHyper);
  const racer = { key, optimizer: optimizer.id, hyper, ...settings.takeAll(racerFields(workload.regularization), rest) };
  settings.finish(`${optimizer.id} has no such setting`);
  return racer;
}

/** A racer given without being listed joins the default ones; without any usable racer the default race is meant. */
export function decodeRacers(reader: Reader, workload: KnownWorkload, context: UrlContext): readonly RacerConfig[] {
  const listed = reader.take<readonly string[] | null>(
    { key: RACERS_FIELD.key, codec: { encode: () => '', decode: (text) => RACERS_FIELD.codec.decode(text.replaceAll(/%7e/gi, '~')) } },
    null,
  );
  const texts = new Map(RACER_KEYS.map((key) => [key as string, reader.text(key)]));
  const given = RACER_KEYS.filter((key) => texts.get(key) != null);
  const defaults = defaultRacers(workload, context);
  const defaultKeys = defaults.map(({ key }) => key);
  const keys = listed ?? [...defaultKeys, ...given.filter((key) => !defaultKeys.includes(key))];
  for (const key of given) if (!keys.includes(key)) reader.report(key, 'it is not listed in racers');
  const racers = keys.flatMap((key) => {
    const text = texts.get(key) ?? null;
    const racer = text === null ? defaults.find((candidate) => candidate.key === key) : decodeRacer(key, text, reader, workload, context);
    if (racer === undefined) reader.report(key, 'it is listed in racers, but the link does not say which optimizer it is');
    return racer ? [racer] : [];
  });
  return racers.length > 0 ? racers : defaults;
}
