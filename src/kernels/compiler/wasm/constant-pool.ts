import { alignBytes } from './generate.ts';

/** Constants of all parts, equal ones once. */
export class ConstantPool {
  readonly #start: number;
  readonly #chunks: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  readonly #known = new Map<string, number>();
  #length = 0;

  /** `start` is the address where they will stand. */
  constructor(start: number) {
    this.#start = start;
  }

  /** Address of a constant: one value per element, or one for all. */
  add(values: Float64Array, size: number, dtype: 'float32' | 'int32'): number {
    const all = values.length === size ? values : new Float64Array(size).fill(values[0] as number);
    const typed = dtype === 'int32' ? Int32Array.from(all) : Float32Array.from(all);
    const bytes = new Uint8Array(typed.buffer);
    const key = `${dtype} ${all.join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const address = this.#start + this.#length;
    this.#chunks.push({ offset: this.#length, bytes });
    this.#known.set(key, address);
    this.#length += alignBytes(bytes.length);
    return address;
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#length);
    for (const { offset, bytes } of this.#chunks) all.set(bytes, offset);
    return all;
  }
}
