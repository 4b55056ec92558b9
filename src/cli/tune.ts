import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseTuneArguments, USAGE, UsageError } from './tune/arguments.ts';
import { runChecks } from './tune/check.ts';
import { runComparison } from './tune/compare.ts';
import { JournalMismatchError } from './tune/journal.ts';
import { servePool } from './tune/pool-worker.ts';
import { runSearches } from './tune/search.ts';
import { runTargets } from './tune/target.ts';

/** Argument that makes a process a worker of the pool; not for people. */
export const POOL_WORKER_FLAG = '--pool-worker';

/** `npm run tune`: searches the settings of the tuned baselines, and sets the targets. Started in the repository. */
export async function main(argv: string[]): Promise<number> {
  const root = process.cwd();
  if (argv[0] === POOL_WORKER_FLAG) return servePool(join(root, 'public/data'));
  if (argv.includes('--help') || argv.length === 0) {
    console.log(USAGE);
    return argv.length === 0 ? 2 : 0;
  }
  if (!existsSync(join(root, 'src/workloads'))) {
    console.error('Start this in the root folder of the repository: results are written to src/workloads.');
    return 2;
  }
  try {
    const parsed = parseTuneArguments(argv);
    switch (parsed.mode) {
      case 'search':
        await runSearches(parsed, root);
        return 0;
      case 'target':
        await runTargets(parsed, root);
        return 0;
      case 'check':
        return (await runChecks(parsed, root)) ? 0 : 1;
      case 'compare':
        await runComparison(parsed, root);
        return 0;
    }
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof JournalMismatchError)) throw error;
    console.error(error.message);
    if (error instanceof UsageError) console.error(`\n${USAGE}`);
    return 2;
  }
}
