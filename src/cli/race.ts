import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import packageFile from '../../package.json' with { type: 'json' };
import { failureOf } from '../engine/failure-of.ts';
import { ResultFormatError, resultFromJson } from '../engine/result-json.ts';
import { assertValid } from '../engine/validate.ts';
import { parseRaceArguments, USAGE, UsageError } from './race/arguments.ts';
import { readRace } from './race/read-race.ts';
import { runHere } from './race/run-here.ts';
import { resultTable } from './race/table.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Progress on standard error, so that standard output holds just the table: one line on a terminal, else a line per tenth. */
function progressReporter(): (step: number, totalSteps: number) => void {
  let tenths = 0;
  return (step, totalSteps) => {
    if (process.stderr.isTTY === true) {
      process.stderr.write(`\r\x1b[2Kstep ${step} of ${totalSteps}${step >= totalSteps ? '\n' : ''}`);
      return;
    }
    const reached = Math.floor((10 * step) / totalSteps);
    if (reached > tenths) process.stderr.write(`step ${step} of ${totalSteps}\n`);
    tenths = reached;
  };
}

/** `npm run race`: a race without a page, with the page's engine. */
export async function main(argv: string[]): Promise<number> {
  if (argv.includes('--help') || argv.length === 0) {
    console.log(USAGE);
    return argv.length === 0 ? 2 : 0;
  }
  try {
    const { source, backend, steps, out } = parseRaceArguments(argv);
    const race = readRace(source);
    assertValid(race.config);
    const showProgress = progressReporter();
    const json =
      (backend ?? race.backend) === 'webgpu'
        ? await (await import('./race/run-in-chromium.ts')).runInChromium(race.config, steps, packageFile.version, showProgress)
        : await runHere(race.config, steps, ROOT, packageFile.version, showProgress);
    const result = resultFromJson(json);
    console.log(`${result.backend.id}: ${result.backend.adapter} (${result.backend.reason})`);
    for (const { seed, hash } of result.fingerprints) console.log(`seed ${seed}: start and batches ${hash}`);
    console.log(resultTable(result).join('\n'));
    if (out !== null) writeFileSync(out, `${JSON.stringify(json)}\n`);
    return 0;
  } catch (error) {
    if (error instanceof UsageError || error instanceof ResultFormatError) {
      console.error(error.message);
      if (error instanceof UsageError) console.error(`\n${USAGE}`);
      return 2;
    }
    const { kind, message, advice } = failureOf(error);
    // What nobody foresaw keeps its stack.
    if (kind === 'internal') throw error;
    console.error(`${message} ${advice}`);
    return 2;
  }
}
