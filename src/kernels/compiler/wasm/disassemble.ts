import { type Immediate, INSTRUCTIONS } from './opcodes.ts';

const NAMES = new Map(
  Object.entries(INSTRUCTIONS).map(([name, { prefix, code, immediate }]) => [
    `${prefix} ${code}`,
    { name, immediate: immediate as Immediate },
  ]),
);

/** Text of one function's entry in a code section, a numbered line per instruction; `mark` is the offset of the line to point at. */
export function disassemble(entry: Uint8Array, mark: number | null = null): string {
  let at = 0;
  const byte = (): number => entry[at++] as number;
  const leb = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const next = byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
  };
  const signed = (): number => {
    const start = at;
    const value = leb();
    const bits = 7 * (at - start);
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  };
  const hex = (count: number): string => Array.from({ length: count }, () => byte().toString(16).padStart(2, '0')).join('');
  const immediate = (kind: Immediate): string => {
    switch (kind) {
      case 'none':
        return '';
      case 'block':
        return byte() === 0x40 ? '' : ' (result)';
      case 'index':
        return ` ${leb()}`;
      case 'callIndirect':
        return ` type ${leb()} table ${leb()}`;
      case 'i32':
        return ` ${signed()}`;
      case 'v128':
      case 'shuffle':
        return ` 0x${hex(16)}`;
      case 'memory':
        return ` align=${leb()} offset=${leb()}`;
      case 'memoryLane':
        return ` align=${leb()} offset=${leb()} lane=${byte()}`;
      case 'lane':
        return ` ${byte()}`;
    }
  };
  const lines: string[] = [];
  leb(); // length of the entry
  const groups = leb();
  const locals = Array.from({ length: groups }, () => `${leb()} x ${typeName(byte())}`);
  let depth = 0;
  while (at < entry.length) {
    const start = at;
    const first = byte();
    const isPrefix = first === 0xfd;
    const instruction = NAMES.get(isPrefix ? `${first} ${leb()}` : `null ${first}`);
    if (instruction === undefined) {
      lines.push(`?? 0x${first.toString(16)}`);
      break;
    }
    const { name } = instruction;
    if (name === 'end' || name === 'else') depth--;
    const text = `${'  '.repeat(Math.max(depth, 0))}${name}${immediate(instruction.immediate)}`;
    if (name === 'block' || name === 'loop' || name === 'if' || name === 'else') depth++;
    const isMarked = mark !== null && start <= mark && mark < at;
    lines.push(`${isMarked ? '>' : ' '}${String(lines.length + 1).padStart(5)}  ${text}`);
  }
  return [`locals: ${locals.join(', ') || 'none'}`, ...lines].join('\n');
}

const typeName = (code: number): string => ({ 127: 'i32', 125: 'f32', 123: 'v128' })[code] ?? `0x${code.toString(16)}`;

/** Where the functions' entries lie in a module: offsets of their first and after their last byte. */
function codeEntries(module: Uint8Array): { readonly start: number; readonly end: number }[] {
  let at = 8;
  const leb = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const next = module[at++] as number;
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
  };
  while (at < module.length) {
    const id = module[at++];
    const length = leb();
    const end = at + length;
    if (id === 10) {
      const count = leb();
      return Array.from({ length: count }, () => {
        const start = at;
        const size = leb();
        at += size;
        return { start, end: at };
      });
    }
    at = end;
  }
  return [];
}

/** How many lines before and after the place of an error are shown. */
const CONTEXT_LINES = 30;

/**
 * What an engine says about an invalid module, with the kernel's label and the text around the place that it names. V8 says
 * "Compiling function #12 failed: ... @+3456".
 */
export function explainCompileError(error: unknown, module: Uint8Array, labels: readonly string[]): Error {
  const message = error instanceof Error ? error.message : String(error);
  const index = Number(/function #(\d+)/.exec(message)?.[1] ?? Number.NaN);
  const offset = Number(/@\+(\d+)/.exec(message)?.[1] ?? Number.NaN);
  const entry = codeEntries(module)[index];
  if (entry === undefined) return new Error(`The generated module is not valid: ${message}`, { cause: error });
  const mark = Number.isNaN(offset) ? null : offset - entry.start;
  const lines = disassemble(module.slice(entry.start, entry.end), mark).split('\n');
  const marked = lines.findIndex((line) => line.startsWith('>'));
  const shown = marked < 0 ? lines.slice(0, 2 * CONTEXT_LINES) : lines.slice(Math.max(0, marked - CONTEXT_LINES), marked + CONTEXT_LINES);
  return new Error(`The generated code of "${labels[index]}" is not valid: ${message}\n${shown.join('\n')}`, { cause: error });
}
