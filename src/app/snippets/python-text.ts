/** Longest line of code; comments too. */
const LINE = 88;

/** Text of a Python docstring or comment: one line, and nothing that could end it. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('"""', "'''").replaceAll('\\', '/');

/** Comment lines of a text, broken between words. */
export function comment(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of plain(text).split(' ')) {
    if (line !== '#' && line.length + 1 + word.length > LINE) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** Lines moved right by `levels` of four spaces; empty ones stay empty. */
export const indent = (lines: readonly string[], levels = 1): readonly string[] =>
  lines.map((line) => (line === '' ? '' : `${' '.repeat(4 * levels)}${line}`));

/** Where brackets and strings of an expression open and close: the depth before each character, -1 inside a string. */
function depths(text: string): readonly number[] {
  const result: number[] = [];
  let depth = 0;
  let quote = '';
  for (const character of text) {
    if (quote !== '') {
      result.push(-1);
      if (character === quote) quote = '';
      continue;
    }
    if (')]}'.includes(character)) depth--;
    result.push(depth);
    if ('([{'.includes(character)) depth++;
    if (character === '"' || character === "'") quote = character;
  }
  return result;
}

/** Whether every bracket and string of a Python text is closed by its own kind, and none is left open. Comments do not count. */
export function isBalanced(text: string): boolean {
  const open: string[] = [];
  let quote = '';
  const code = text.replaceAll(/"""[\s\S]*?"""/g, '""');
  for (let i = 0; i < code.length; i++) {
    const character = code[i] as string;
    if (quote !== '') {
      if (character === '\n') return false;
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '#') i = code.indexOf('\n', i) === -1 ? code.length : code.indexOf('\n', i) - 1;
    else if ('([{'.includes(character)) open.push(character);
    else if (')]}'.includes(character) && open.pop() !== '([{'[')]}'.indexOf(character)]) return false;
  }
  return quote === '' && open.length === 0;
}

/** A call whose line is too long, one argument per line; anything else as it is. */
export function wrapCall(prefix: string, expression: string): readonly string[] {
  const line = `${prefix}${expression}`;
  if (line.length <= LINE || !line.endsWith(')')) return [line];
  const depth = depths(line);
  const start = depth.lastIndexOf(0, line.length - 2);
  if (start < 0 || line[start] !== '(') return [line];
  const inner = line.slice(start + 1, -1);
  const pieces: string[] = [];
  let from = 0;
  depths(inner).forEach((level, i) => {
    if (level !== 0 || inner[i] !== ',') return;
    pieces.push(inner.slice(from, i));
    from = i + 1;
  });
  pieces.push(inner.slice(from));
  const args = pieces.map((piece) => piece.trim()).filter((piece) => piece !== '');
  const wrapped = args.flatMap((arg) => {
    const lines = wrapCall('', arg);
    return [...lines.slice(0, -1), `${lines.at(-1)},`];
  });
  // The called may be a call itself, e.g. mechanize(SGD, ...)(...).
  const called = wrapCall('', line.slice(0, start));
  return [...called.slice(0, -1), `${called.at(-1)}(`, ...indent(wrapped), ')'];
}
