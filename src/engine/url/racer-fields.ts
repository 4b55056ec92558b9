import type { HyperValue } from '../../kernels/step-program.ts';
import type { RacerConfig } from '../config.ts';
import { hyperCodec, RACER_KEYS, RACERS_FIELD, racerFields, type UrlContext } from './fields.ts';
import { encodeDifferences, type Fields, type Reader } from './reader.ts';

type KnownOptimizer = UrlContext['optimizers'][number];
type KnownWorkload = UrlContext['workloads'][number];

function hyperFields(optimizer: KnownOptimizer): Fields<Record<string, HyperValue>> {
  return Object.fromEntries(Object.entries(optimizer.hyper).map(([name, spec]) => [name, { key: name, codec: hyperCodec(spec) }]));
}

/** A racer at its optimizer's own defaults: what a field means that names the optimizer and nothing else. */
function plainRacer(key: string, optimizer: KnownOptimizer): RacerConfig {
  const hyper = Object.fromEntries(Object.entries(optimizer.hyper).map(([name, spec]) => [name, spec.value]));
  return {
    key,
    optimizer: optimizer.id,
    hyper,
    labelSmoothing: 0,
    dropout: 0,
    auxDropout: 0,
    schedule: null,
    horizon: null,
    hidden: false,
  };
}

function findOptimizer(id: string, context: UrlContext): KnownOptimizer {
  const optimizer = context.optimizers.find((candidate) => candidate.id === id);
  if (!optimizer) throw new Error(`No optimizer is called ${id}.`);
  return optimizer;
}

/** The racers of a link that says nothing about them. What was tuned for the default race's workload means nothing on another one. */
function defaultRacers(workload: KnownWorkload, context: UrlContext): readonly RacerConfig[] {
  if (workload.id === context.config.workload.id) return context.config.racers;
  return context.config.racers.map(({ key, optimizer }) => plainRacer(key, findOptimizer(optimizer, context)));
}

/** `optimizer,setting:value,...`: whatever differs from the optimizer's defaults. */
function racerText(racer: RacerConfig, workload: KnownWorkload, context: UrlContext): string {
  const optimizer = findOptimizer(racer.optimizer, context);
  const plain = plainRacer(racer.key, optimizer);
  const differences = [
    ...encodeDifferences(hyperFields(optimizer), racer.hyper, plain.hyper),
    ...encodeDifferences(racerFields(workload.regularization), racer, plain),
  ];
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
  const defaults = new Map(defaultRacers(workload, context).map((racer) => [racer.key, racerText(racer, workload, context)]));
  for (const racer of racers) {
    const text = racerText(racer, workload, context);
    if (text !== defaults.get(racer.key)) fields.push([racer.key, text]);
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
  const { hyper: baseHyper, key: _, optimizer: __, ...rest } = plainRacer(key, optimizer);
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
