import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { type Comparison, differenceOf, isWithin } from './metrics/compare.ts';
import { listReferenceFiles } from './metrics/files.ts';
import { REPLAYS } from './metrics/replays.ts';

const USAGE = `Compares the validation metrics, in double precision, with values of independent implementations.

  npm run metrics -- <files or folders>

Known files: ${Object.keys(REPLAYS)
  .map((name) => `${name}.json`)
  .join(', ')}.`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function replay(path: string): readonly Comparison[] {
  const known = REPLAYS[basename(path, '.json')];
  if (known === undefined) throw new Error(`${path}: no metric has this name; there are ${Object.keys(REPLAYS).join(', ')}.`);
  return known(path);
}

const shown = (value: number | null): string => (value === null ? 'none' : value.toPrecision(15));

/** One line: metric, case, our value, the expected one, how far they are apart, verdict. */
function formatComparison(comparison: Comparison): string {
  const { metric, name, ours, expected } = comparison;
  return [
    metric.padEnd(22),
    name.padEnd(36),
    shown(ours).padEnd(22),
    shown(expected).padEnd(22),
    differenceOf(comparison).toExponential(1).padEnd(8),
    isWithin(comparison) ? 'ok' : 'MISS',
  ].join('  ');
}

/** The `metrics` command. Returns 0 when every value is within tolerance, 1 when one is not, 2 for unusable input. */
export async function main(argv: string[]): Promise<number> {
  let paths: readonly string[];
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: { help: { type: 'boolean', default: false } },
    });
    if (values.help) {
      console.log(USAGE);
      return 0;
    }
    if (positionals.length === 0) throw new Error('Name at least one file or folder.');
    paths = listReferenceFiles(positionals);
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${USAGE}`);
    return 2;
  }
  const totals = { ok: 0, missed: 0, unusable: 0 };
  for (const path of paths) {
    try {
      for (const comparison of replay(path)) {
        totals[isWithin(comparison) ? 'ok' : 'missed'] += 1;
        console.log(formatComparison(comparison));
      }
    } catch (error) {
      totals.unusable += 1;
      console.error(messageOf(error));
    }
  }
  const { ok, missed, unusable } = totals;
  if (ok + missed === 0 && unusable === 0) {
    console.error(`No file holds a case: nothing was compared in ${paths.join(', ')}.`);
    return 2;
  }
  console.log(`${ok + missed} values, ${ok} ok, ${missed} missed; ${unusable} files unusable`);
  if (missed > 0) return 1;
  return unusable > 0 ? 2 : 0;
}
