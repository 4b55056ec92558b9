/** A Python literal as JSON has it, infinity as recorded runs write it; a name or call is left as its text. */
export type PythonValue = number | boolean | string | null | readonly PythonValue[];

/** One pair of brackets of a chain such as `mechanize(SGD, s_init=1e-8)(model.parameters(), lr=0.1)`. */
export interface PythonArguments {
  readonly positional: readonly string[];
  readonly keywords: Readonly<Record<string, PythonValue>>;
}

/** Text split at the commas that stand in no bracket and no string. */
function splitArguments(text: string): readonly string[] {
  const parts: string[] = [];
  let [depth, from, quote] = [0, 0, ''];
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}

function pythonValue(text: string): PythonValue {
  if (text === 'True' || text === 'False') return text === 'True';
  if (text === 'None') return null;
  if (text === 'float("inf")') return 'Infinity';
  if (/^[([]/.test(text)) return splitArguments(text.slice(1, -1)).map(pythonValue);
  return Number.isNaN(Number(text)) ? text : Number(text);
}

/** The calls of a chain in the order they are made. Throws on text that ends in no call. */
export function pythonCalls(text: string): readonly PythonArguments[] {
  const calls: PythonArguments[] = [];
  let [depth, from] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(' && depth++ === 0) from = i + 1;
    if (text[i] !== ')' || --depth > 0) continue;
    const parts = splitArguments(text.slice(from, i));
    const isKeyword = (part: string) => /^\w+\s*=/.test(part);
    calls.push({
      positional: parts.filter((part) => !isKeyword(part)),
      keywords: Object.fromEntries(
        parts
          .filter(isKeyword)
          .map((part) => [part.slice(0, part.indexOf('=')).trim(), pythonValue(part.slice(part.indexOf('=') + 1).trim())]),
      ),
    });
  }
  if (calls.length === 0 || depth !== 0) throw new Error(`This is no call: ${text}`);
  return calls;
}
