import type { FunctionBuilder, Local } from './function-builder.ts';
import type { Form } from './nest.ts';
import type { Place } from './nodes.ts';

/** Accesses that are at most so many bytes further on share an address, and differ in the offset of their instructions. */
const SHARED_BYTES = 512;

interface AddressForm {
  readonly form: Form;
  readonly key: string;
  readonly offset: number;
}

/** The forms of one function. They must all be made before loops begin, and start where all digits are 0. */
export class Forms {
  readonly #f: FunctionBuilder;
  readonly #addresses: AddressForm[] = [];
  readonly #numbers = new Map<string, Form>();

  constructor(f: FunctionBuilder) {
    this.#f = f;
  }

  get all(): readonly Form[] {
    return [...this.#addresses.map(({ form }) => form), ...this.#numbers.values()];
  }

  /** Address of element offset + sum of strides * digits, counted from the address in local `base`. */
  address(base: Local, strides: readonly number[], offset: number): Place {
    const key = `${base} ${strides}`;
    const bytes = 4 * offset;
    const known = this.#addresses.find((form) => form.key === key && bytes >= form.offset && bytes - form.offset <= SHARED_BYTES);
    if (known !== undefined) return { form: known.form, offset: bytes - known.offset };
    const form: Form = { coefficients: strides.map((stride) => 4 * stride), local: base };
    if (bytes !== 0) {
      form.local = this.#f.local('i32');
      this.#f.get(base);
      this.#f.i32(bytes);
      this.#f.op('i32.add');
      this.#f.set(form.local);
    }
    this.#addresses.push({ form, key, offset: bytes });
    return { form, offset: 0 };
  }

  /** offset + sum of coefficients * digits. */
  number(coefficients: readonly number[], offset: number): Place {
    const key = String(coefficients);
    const known = this.#numbers.get(key);
    if (known !== undefined) return { form: known, offset };
    const form: Form = { coefficients, local: this.#f.local('i32') };
    this.#f.i32(0);
    this.#f.set(form.local);
    this.#numbers.set(key, form);
    return { form, offset };
  }
}
