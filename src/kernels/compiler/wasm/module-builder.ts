import { ByteWriter } from './byte-writer.ts';
import type { FunctionBuilder } from './function-builder.ts';
import { VALUE_TYPES, type ValueType } from './opcodes.ts';

/** Which memory a module imports as `env.memory`. Shared memory can be used by several threads. */
export type MemoryKind = 'plain' | 'shared';

export const PAGE_BYTES = 65536;
/** Pages of 64 KiB that 32-bit addresses can reach. */
export const MAX_PAGES = 65536;

const SECTION = { type: 1, import: 2, function: 3, table: 4, export: 7, element: 9, code: 10 } as const;
const FUNCTION_TYPE = 0x60;
const FUNCTION_REFERENCE = 0x70;
const KIND = { function: 0, memory: 2 } as const;

interface ModuleFunction {
  readonly label: string;
  readonly type: number;
  readonly code: Uint8Array;
}

/** Assembles one module: functions, a table of them for indirect calls, exports, and an imported memory. */
export class ModuleBuilder {
  readonly #types: { readonly key: string; readonly params: readonly ValueType[]; readonly results: readonly ValueType[] }[] = [];
  readonly #functions: ModuleFunction[] = [];
  readonly #exports: { readonly name: string; readonly index: number }[] = [];
  readonly #table: number[] = [];

  /** Labels of the functions, by index: for error messages. */
  get labels(): readonly string[] {
    return this.#functions.map(({ label }) => label);
  }

  typeIndex(params: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${params} -> ${results}`;
    const known = this.#types.findIndex((type) => type.key === key);
    return known >= 0 ? known : this.#types.push({ key, params, results }) - 1;
  }

  /** Adds a function and returns its index. */
  add(label: string, builder: FunctionBuilder): number {
    const type = this.typeIndex(builder.params, builder.results);
    return this.#functions.push({ label, type, code: builder.finish() }) - 1;
  }

  /** Makes a function callable by `call_indirect`; returns its place in the table. */
  addToTable(functionIndex: number): number {
    return this.#table.push(functionIndex) - 1;
  }

  export(name: string, functionIndex: number): void {
    this.#exports.push({ name, index: functionIndex });
  }

  finish(memory: MemoryKind): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter();
    out.all(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)); // "\0asm", version 1
    const section = (id: number, count: number, write: (content: ByteWriter) => void): void => {
      out.byte(id);
      out.sized((content) => {
        content.u32(count);
        write(content);
      });
    };
    section(SECTION.type, this.#types.length, (content) => {
      for (const { params, results } of this.#types) {
        content.byte(FUNCTION_TYPE);
        for (const list of [params, results]) {
          content.u32(list.length);
          for (const type of list) content.byte(VALUE_TYPES[type]);
        }
      }
    });
    section(SECTION.import, 1, (content) => {
      content.name('env');
      content.name('memory');
      content.byte(KIND.memory);
      // Limits: 0 is a minimum alone, 3 a shared memory, which must have a maximum.
      content.byte(memory === 'shared' ? 3 : 0);
      content.u32(1);
      if (memory === 'shared') content.u32(MAX_PAGES);
    });
    section(SECTION.function, this.#functions.length, (content) => {
      for (const { type } of this.#functions) content.u32(type);
    });
    section(SECTION.table, 1, (content) => {
      content.byte(FUNCTION_REFERENCE);
      content.byte(0);
      content.u32(this.#table.length);
    });
    section(SECTION.export, this.#exports.length, (content) => {
      for (const { name, index } of this.#exports) {
        content.name(name);
        content.byte(KIND.function);
        content.u32(index);
      }
    });
    section(SECTION.element, 1, (content) => {
      content.u32(0); // active, table 0, offset expression, function indices
      content.byte(0x41);
      content.s32(0);
      content.byte(0x0b);
      content.u32(this.#table.length);
      for (const index of this.#table) content.u32(index);
    });
    section(SECTION.code, this.#functions.length, (content) => {
      for (const { code } of this.#functions) content.all(code);
    });
    return out.bytes.slice();
  }
}
