import type { RaceConfig } from '../config.ts';
import { optionCodec, type UrlContext, WORKLOAD_KEY } from './fields.ts';
import { encodeDifferences, type Fields, type Reader } from './reader.ts';

type Workload = RaceConfig['workload'];
type KnownWorkload = UrlContext['workloads'][number];

function optionFields(workload: KnownWorkload): Fields<Record<string, number | string>> {
  return Object.fromEntries(Object.entries(workload.options).map(([name, spec]) => [name, { key: name, codec: optionCodec(spec) }]));
}

/** What a link means that names this workload and nothing else. */
function defaultOptions(workload: KnownWorkload, context: UrlContext): Readonly<Record<string, number | string>> {
  if (workload.id === context.config.workload.id) return context.config.workload.options;
  return Object.fromEntries(Object.entries(workload.options).map(([name, spec]) => [name, spec.value]));
}

/** @throws Error for an id that the context does not have, which no decoded link contains. */
export function findWorkload(id: string, context: UrlContext): KnownWorkload {
  const workload = context.workloads.find((candidate) => candidate.id === id);
  if (!workload) throw new Error(`No workload is called ${id}.`);
  return workload;
}

/** `logistic,problem:glass`, or null for the default. */
export function encodeWorkload({ id, options }: Workload, context: UrlContext): string | null {
  const workload = findWorkload(id, context);
  const differences = encodeDifferences(optionFields(workload), options, defaultOptions(workload, context));
  if (id === context.config.workload.id && differences.length === 0) return null;
  return [id, ...differences.map(([name, value]) => `${name}:${value}`)].join(',');
}

export function decodeWorkload(reader: Reader, context: UrlContext): Workload {
  const text = reader.text(WORKLOAD_KEY);
  if (text === null) return context.config.workload;
  const { head, settings } = reader.group(WORKLOAD_KEY, text);
  const workload = context.workloads.find((candidate) => candidate.id === head);
  if (!workload) {
    reader.report(WORKLOAD_KEY, `there is no such workload; it is one of ${context.workloads.map(({ id }) => id).join(', ')}`);
    return context.config.workload;
  }
  const options = settings.takeAll(optionFields(workload), defaultOptions(workload, context));
  settings.finish(`${workload.id} has no such option`);
  return { id: workload.id, options };
}

/** The batch size that a link without one means. */
export function defaultBatch({ id, options }: Workload, context: UrlContext): number {
  const fallback = context.config;
  const isDefault =
    id === fallback.workload.id && Object.keys(options).every((name) => Object.is(options[name], fallback.workload.options[name]));
  if (isDefault) return fallback.batch;
  return findWorkload(id, context).batch(options).value;
}
