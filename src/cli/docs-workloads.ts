import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fillWorkloads } from './docs/workloads.ts';

const PAGE = fileURLToPath(new URL('../../docs/workloads.md', import.meta.url));

/** The `docs:workloads` command: writes what follows from definitions and committed results into docs/workloads.md. */
export async function main(): Promise<number> {
  const before = readFileSync(PAGE, 'utf8');
  const after = fillWorkloads(before);
  writeFileSync(PAGE, after);
  console.log(before === after ? 'docs/workloads.md is up to date' : 'wrote docs/workloads.md');
  return 0;
}
