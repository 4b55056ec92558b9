/**
 * How single values are written in a link. `encode` gives text that may stand in a URL fragment unescaped and contains none of the
 * separators `& = , :`; `decode(encode(v))` is v exactly. `decode` throws UrlValueError, whose message completes "<key>: ...".
 */
export interface Codec<T> {
  encode(value: T): string;
  decode(text: string): T;
}

/** A value in a link that cannot be used. */
export class UrlValueError extends Error {
  override readonly name = 'UrlValueError';
}

/** Separates the items of a list. */
const ITEM = '~';
/** Stands for "none": no override, no forced backend. */
const NONE = '-';
/** JavaScript's shortest form of a float64 needs at most 24 characters; anything much longer is not ours. */
const MAX_NUMBER_LENGTH = 40;
const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;

/** Text as it may be repeated in a message: short, and without control characters. */
export function quoted(text: string): string {
  const clean = text.slice(0, 40).replace(/[^\x20-\x7e\u00a0-\uffff]|[\ud800-\udfff]/g, '?');
  return `"${clean}${text.length > 40 ? '...' : ''}"`;
}

/** Shortest text that parses back to the same float64. */
export function encodeNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  if (Object.is(value, -0)) return '-0';
  // Both forms are the shortest that read back exactly; 1e-5 is also how people write it.
  return (Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential() : String(value)).replace('e+', 'e');
}

function parseNumber(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  if (text === '-inf') return Number.NEGATIVE_INFINITY;
  const value = text.length <= MAX_NUMBER_LENGTH && NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new UrlValueError(`${quoted(text)} is not a number`);
  return value;
}

/** A float64 in [min, max]. */
export function numberCodec(min: number, max: number): Codec<number> {
  return {
    encode: encodeNumber,
    decode(text) {
      const value = parseNumber(text);
      if (value < min || value > max)
        throw new UrlValueError(`${encodeNumber(value)} is outside ${encodeNumber(min)} to ${encodeNumber(max)}`);
      return value;
    },
  };
}

/** A whole number in [min, max]. */
export function integerCodec(min: number, max: number): Codec<number> {
  const number = numberCodec(min, max);
  return {
    encode: encodeNumber,
    decode(text) {
      const value = number.decode(text);
      if (!Number.isInteger(value)) throw new UrlValueError(`${encodeNumber(value)} is not a whole number`);
      return value;
    },
  };
}

export const flagCodec: Codec<boolean> = {
  encode: (value) => (value ? '1' : '0'),
  decode(text) {
    if (text === '1') return true;
    if (text === '0') return false;
    throw new UrlValueError(`${quoted(text)} is neither 0 nor 1`);
  },
};

/** One of several words. */
export function wordCodec<W extends string>(words: readonly W[]): Codec<W> {
  return {
    encode: encodeURIComponent,
    decode(text) {
      const word = words.find((candidate) => encodeURIComponent(candidate) === text || candidate === text);
      if (word === undefined) throw new UrlValueError(`${quoted(text)} is not one of ${words.join(', ')}`);
      return word;
    },
  };
}

/** A list whose items contain no `~`; empty lists are written as `-`. */
export function listCodec<T>(item: Codec<T>, minLength: number, maxLength: number, isUnique = false): Codec<readonly T[]> {
  return {
    encode: (values) => (values.length === 0 ? NONE : values.map((value) => item.encode(value)).join(ITEM)),
    decode(text) {
      const parts = text === NONE ? [] : text.split(ITEM, maxLength + 1);
      if (parts.length < minLength || parts.length > maxLength) {
        throw new UrlValueError(`it needs ${minLength === maxLength ? minLength : `${minLength} to ${maxLength}`} items`);
      }
      if (isUnique && new Set(parts).size < parts.length) throw new UrlValueError(`${quoted(text)} names an item twice`);
      return parts.map((part) => item.decode(part));
    },
  };
}

/** A value or none at all. The inner codec must never write `-` alone. */
export function nullable<T>(inner: Codec<T>): Codec<T | null> {
  return {
    encode: (value) => (value === null ? NONE : inner.encode(value)),
    decode: (text) => (text === NONE ? null : inner.decode(text)),
  };
}

/** Escapes everything that separates, `~` included. */
export function escapeText(text: string): string {
  return encodeURIComponent(text).replaceAll('~', '%7E');
}

export function unescapeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UrlValueError(`${quoted(text)} contains a broken %-escape`);
  }
}

const MAX_ADDRESS_LENGTH = 1000;

/** Whether text can be the address of a recording: http, https or relative, of sane length, and writable in a link. */
export function isRecordingAddress(text: string): boolean {
  if (text.length === 0 || text.length > MAX_ADDRESS_LENGTH || text === NONE || !/^[\x21-\x7e]+$/.test(text)) return false;
  try {
    return /^https?:$/.test(new URL(text, 'https://relative.invalid/').protocol);
  } catch {
    return false;
  }
}

export const recordingCodec: Codec<string> = {
  encode: escapeText,
  decode(text) {
    const address = unescapeText(text);
    if (!isRecordingAddress(address)) {
      throw new UrlValueError(
        `${quoted(address)} is not the address of a recording (http, https or relative, at most ${MAX_ADDRESS_LENGTH} characters)`,
      );
    }
    return address;
  },
};
