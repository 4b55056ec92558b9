import { parseArgs } from 'node:util';
import type { BackendId } from '../../engine/config.ts';

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run race -- '<link, fragment or JSON file>' [--backend webgpu|wasm] [--steps N] [--out result.json]

Runs a race without a page. A link is an address of the page or just the part after '#'; a JSON file holds a configuration or an exported
result. --backend: wasm runs here, webgpu in headless Chromium; without it the link's, else wasm. --steps ends the race after N steps.
--out writes the same JSON as the page's Export.`;

export interface RaceArguments {
  readonly source: string;
  /** Null: the link's, else WebAssembly. */
  readonly backend: BackendId | null;
  readonly steps: number | null;
  readonly out: string | null;
}

export function parseRaceArguments(argv: readonly string[]): RaceArguments {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  const [source, ...extra] = positionals;
  if (source === undefined) throw new UsageError('No race given.');
  if (extra.length > 0) throw new UsageError(`One race at a time; put the link in quotes (also given: ${extra.join(' ')}).`);
  const backend = values.backend ?? null;
  if (backend !== null && backend !== 'webgpu' && backend !== 'wasm')
    throw new UsageError(`--backend is '${backend}': choose webgpu or wasm.`);
  const steps = values.steps === undefined ? null : Number(values.steps);
  if (steps !== null && !(Number.isInteger(steps) && steps >= 1)) {
    throw new UsageError(`--steps is '${values.steps}': it must be a whole number of at least 1.`);
  }
  return { source, backend, steps, out: values.out ?? null };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { backend: { type: 'string' }, steps: { type: 'string' }, out: { type: 'string' } },
  });
}
