import { fromBase64, toBase64 } from '../base64.ts';
import type { BackendId, RaceConfig } from '../config.ts';
import type { SeedFingerprint } from '../result.ts';
import { escapeText, UrlValueError, unescapeText } from './codecs.ts';
import { SHARED_KEYS } from './fields.ts';
import type { Reader } from './reader.ts';

/** Losses of one run that travel in a link. */
export interface SharedRun {
  readonly racerKey: string;
  readonly seed: number;
  /** Training loss, float32, at `sharedSteps(horizonSteps)`; NaN where nothing was measured. */
  readonly losses: readonly number[];
}

/** What a link says about the run it was made from, so that a re-run can be compared with it. */
export interface SharedRace {
  /** The race that was run. */
  readonly config: RaceConfig;
  readonly runs: readonly SharedRun[];
  readonly fingerprints: readonly SeedFingerprint[];
  readonly backend: { readonly id: BackendId; readonly adapter: string };
  /** Version of Freestep that made it. */
  readonly version: string;
}

/** Loss samples per run. */
export const SHARED_SAMPLES = 8;

/** The race steps (0-based) whose loss is shared: evenly spaced, the last one included. */
export function sharedSteps(horizonSteps: number): readonly number[] {
  return Array.from({ length: SHARED_SAMPLES }, (_, i) => Math.max(0, Math.round(((i + 1) * horizonSteps) / SHARED_SAMPLES) - 1));
}

/** Float32 values, little-endian. */
function encodeFloats(values: readonly number[]): string {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setFloat32(i * 4, value, true);
  return toBase64(bytes);
}

/** Inverse of `encodeFloats`; `count` values are expected. */
function decodeFloats(text: string, count: number): readonly number[] {
  const bytes = fromBase64(text, count * 4);
  if (!bytes) throw new UrlValueError(`it does not hold ${count} samples`);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: count }, (_, i) => view.getFloat32(i * 4, true));
}

/** Runs in link order: racers as they stand in the race, each seed in turn. */
function sharedOrder({ racers, seed, seeds }: RaceConfig): readonly { readonly racerKey: string; readonly seed: number }[] {
  return racers.flatMap(({ key: racerKey }) => Array.from({ length: seeds }, (_, i) => ({ racerKey, seed: seed + i })));
}

const FINGERPRINT = /^[0-9a-f]{12}$/;

function encodeFingerprints(fingerprints: readonly SeedFingerprint[]): string {
  return fingerprints.map(({ hash }) => hash).join('~');
}

function decodeFingerprints(text: string, { seed, seeds }: RaceConfig): readonly SeedFingerprint[] {
  const hashes = text.split('~', seeds + 1);
  if (hashes.length !== seeds || !hashes.every((hash) => FINGERPRINT.test(hash))) {
    throw new UrlValueError(`it needs ${seeds} fingerprint${seeds === 1 ? '' : 's'} of 12 hexadecimal digits`);
  }
  return hashes.map((hash, i) => ({ seed: seed + i, hash }));
}

const MAX_ADAPTER_LENGTH = 80;

/** Adapter names come from drivers: keep what is printable, and short. */
export function cleanAdapter(adapter: string): string {
  return adapter.slice(0, MAX_ADAPTER_LENGTH).replace(/[^\x20-\x7e]/g, '?');
}

function encodeBackend({ id, adapter }: SharedRace['backend']): string {
  return `${id}~${escapeText(cleanAdapter(adapter))}`;
}

function decodeBackend(text: string): SharedRace['backend'] {
  const [id, adapter] = text.split('~', 2);
  if ((id !== 'webgpu' && id !== 'wasm') || adapter === undefined) throw new UrlValueError('it is not a backend and an adapter');
  return { id, adapter: cleanAdapter(unescapeText(adapter)) };
}

const VERSION = /^[0-9A-Za-z.+-]{1,30}$/;

function decodeVersion(text: string): string {
  const version = unescapeText(text);
  if (!VERSION.test(version)) throw new UrlValueError('it is not a version');
  return version;
}

/** Fields of a link that say what a run gave. Runs the race does not have are left out, missing ones hold NaN. */
export function encodeShared(shared: SharedRace, config: RaceConfig): readonly (readonly [key: string, value: string])[] {
  const losses = sharedOrder(config).flatMap(({ racerKey, seed }) => {
    const run = shared.runs.find((candidate) => candidate.racerKey === racerKey && candidate.seed === seed);
    return Array.from({ length: SHARED_SAMPLES }, (_, i) => run?.losses[i] ?? Number.NaN);
  });
  return [
    [SHARED_KEYS.losses, encodeFloats(losses)],
    [SHARED_KEYS.fingerprints, encodeFingerprints(shared.fingerprints)],
    [SHARED_KEYS.backend, encodeBackend(shared.backend)],
    [SHARED_KEYS.version, escapeText(shared.version)],
  ];
}

/** All four fields or nothing: samples that cannot be compared are of no use. */
export function decodeShared(reader: Reader, config: RaceConfig): SharedRace | null {
  const texts = Object.values(SHARED_KEYS).map((key) => ({ key, text: reader.text(key) }));
  if (texts.every(({ text }) => text === null)) return null;
  for (const { key, text } of texts) if (text === null) reader.report(key, 'it is missing, so the shared samples cannot be compared');
  const order = sharedOrder(config);
  const part = <T>(key: string, decode: (text: string) => T): T | null => {
    const text = texts.find((candidate) => candidate.key === key)?.text ?? null;
    return text === null ? null : reader.attempt(key, () => decode(text), null);
  };
  const losses = part(SHARED_KEYS.losses, (text) => decodeFloats(text, order.length * SHARED_SAMPLES));
  const fingerprints = part(SHARED_KEYS.fingerprints, (text) => decodeFingerprints(text, config));
  const backend = part(SHARED_KEYS.backend, decodeBackend);
  const version = part(SHARED_KEYS.version, decodeVersion);
  if (!losses || !fingerprints || !backend || version === null) return null;
  const runs = order.map((run, i) => ({ ...run, losses: losses.slice(i * SHARED_SAMPLES, (i + 1) * SHARED_SAMPLES) }));
  return { config, runs, fingerprints, backend, version };
}
