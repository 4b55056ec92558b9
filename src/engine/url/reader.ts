import { type Codec, quoted, UrlValueError } from './codecs.ts';

/** A setting of a link that could not be used. `key` is the field's name, `a.lr` for a setting of racer a. */
export interface LinkProblem {
  readonly key: string;
  readonly message: string;
}

export type Report = (key: string, message: string) => void;

/** Problems listed one by one; a last entry counts the others. */
export const MAX_PROBLEMS = 100;

/** Collects problems, at most MAX_PROBLEMS of them; names that came with the link are made printable. */
export class ProblemList {
  readonly #items: LinkProblem[] = [];
  #dropped = 0;

  readonly report: Report = (key, message) => {
    if (this.#items.length < MAX_PROBLEMS) this.#items.push({ key: quoted(key).slice(1, -1), message });
    else this.#dropped += 1;
  };

  list(): readonly LinkProblem[] {
    return this.#dropped === 0 ? this.#items : [...this.#items, { key: '...', message: `${this.#dropped} more settings cannot be used` }];
  }
}

/** Splits `name<assign>value` pairs; empty parts are skipped. */
export function readPairs(parts: readonly string[], assign: string, report: Report): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const part of parts) {
    if (part === '') continue;
    const split = part.indexOf(assign);
    const name = split < 0 ? part : part.slice(0, split);
    if (split < 0) report(name, 'it has no value');
    else if (pairs.has(name)) report(name, 'it is given twice; the first one is used');
    else pairs.set(name, part.slice(split + 1));
  }
  return pairs;
}

/** One named setting of a link. */
export interface Field<T> {
  readonly key: string;
  readonly codec: Codec<T>;
}

/** One field per property of T. */
export type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };

/** Takes settings out of a link one by one, so that what is left over is unknown. */
export class Reader {
  readonly #fields: Map<string, string>;
  readonly report: Report;

  constructor(fields: Map<string, string>, report: Report) {
    this.#fields = fields;
    this.report = report;
  }

  /** The raw text of a field, which then counts as read; null when the link does not have it. */
  text(key: string): string | null {
    const text = this.#fields.get(key) ?? null;
    this.#fields.delete(key);
    return text;
  }

  /** The value of a field; the fallback when it is missing, or cannot be used and has been reported. */
  take<T>({ key, codec }: Field<T>, fallback: T): T {
    const text = this.text(key);
    return text === null ? fallback : this.attempt(key, () => codec.decode(text), fallback);
  }

  takeAll<T extends object>(table: Fields<T>, defaults: T): T {
    const result = { ...defaults };
    for (const name in table) result[name] = this.take(table[name], defaults[name]);
    return result;
  }

  attempt<T, F>(key: string, decode: () => T, fallback: F): T | F {
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof UrlValueError)) throw error;
      this.report(key, error.message);
      return fallback;
    }
  }

  /** Splits a field's text `head,name:value,...`, tolerating separators that a messenger has escaped. */
  group(key: string, text: string): { readonly head: string; readonly settings: Reader } {
    const [head = '', ...parts] = text.replaceAll(/%2c/gi, ',').replaceAll(/%3a/gi, ':').replaceAll(/%7e/gi, '~').split(',');
    const report: Report = (name, message) => this.report(`${key}.${name}`, message);
    return { head, settings: new Reader(readPairs(parts, ':', report), report) };
  }

  /** Reports everything that nothing has taken. */
  finish(message: string): void {
    for (const key of this.#fields.keys()) this.report(key, message);
    this.#fields.clear();
  }
}

/** Writes the properties that differ from the defaults. */
export function encodeDifferences<T extends object>(
  table: Fields<T>,
  values: T,
  defaults: T,
): readonly (readonly [key: string, value: string])[] {
  const written: [string, string][] = [];
  for (const name in table) {
    const { key, codec } = table[name];
    const text = codec.encode(values[name]);
    if (text !== codec.encode(defaults[name])) written.push([key, text]);
  }
  return written;
}
