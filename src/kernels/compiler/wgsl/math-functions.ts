import mathWgsl from './math.wgsl?raw';

/** Of which `noBits` is 0 for ever, which no compiler knows. */
const PRELUDE = 'var<private> noBits: u32 = 0u;';

/** Text of every function by name, in both widths. */
const functions = new Map<string, string>();
for (const text of [mathWgsl, scalarForm(mathWgsl)]) {
  for (const block of text.split('\n\n')) {
    const name = /^fn (\w+)/m.exec(block)?.[1];
    if (name !== undefined) functions.set(name, block.slice(block.indexOf('fn ')).trimEnd());
  }
}

function scalarForm(text: string): string {
  return text
    .replaceAll('Vec4(', 'F32(')
    .replaceAll('vec4<bool>', 'bool')
    .replace(/\bvec4([fiu])\b/g, (_, kind) => `${kind}32`);
}

/** Name of a function of math.wgsl for scalars or for vec4. */
export const mathName = (name: string, width: 1 | 4): string => `${name}${width === 4 ? 'Vec4' : 'F32'}`;

/** The functions of math.wgsl that a text calls, and those they call, as WGSL; empty when there are none. */
export function mathFunctionsOf(text: string): string {
  const found = new Map<string, string>();
  const visit = (caller: string): void => {
    for (const [, name] of caller.matchAll(/\b(\w+)\(/g)) {
      const body = functions.get(name as string);
      if (body === undefined || found.has(name as string)) continue;
      found.set(name as string, body);
      visit(body);
    }
  };
  visit(text);
  if (found.size === 0) return '';
  return `${[PRELUDE, ...[...found.keys()].sort().map((name) => found.get(name))].join('\n\n')}\n\n`;
}
