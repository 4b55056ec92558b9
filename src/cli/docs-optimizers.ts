import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fillMethods } from './docs/methods.ts';

const PAGE = fileURLToPath(new URL('../../docs/optimizers.md', import.meta.url));

/** The `docs:optimizers` command: writes what follows from the definitions into docs/optimizers.md. */
export async function main(): Promise<number> {
  const before = readFileSync(PAGE, 'utf8');
  const after = fillMethods(before);
  writeFileSync(PAGE, after);
  console.log(before === after ? 'docs/optimizers.md is up to date' : 'wrote docs/optimizers.md');
  return 0;
}
