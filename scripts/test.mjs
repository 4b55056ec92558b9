#!/usr/bin/env node
/**
 * `npm test`: installs what is missing, runs every suite to its end, and closes with one line that adds them all up.
 * `node scripts/test.mjs unit e2e` runs some of the suites; `--full` adds the long property and soak tests.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installBrowser, installPackages, root, run, runBeside } from './install.mjs';

const REPORTS = join(root, 'test-results');

/** Check that either passes or fails as a whole. */
const single = (name, command, args) => ({ name, run: () => (run(command, args) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }) });

/** Tests in Node keep one core busy and those on the GPU the other, so the two go side by side. */
const vitest = (project) => {
  const report = join(REPORTS, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return {
    name: project,
    isBeside: true,
    run: async (isAlone) =>
      counted(
        await runBeside(project, 'npx', ['vitest', 'run', '--project', project, ...(isAlone ? [] : ['--maxWorkers=1']), ...reporters]),
        report,
        ({ numPassedTests, numFailedTests, numPendingTests, testResults }) => ({
          passed: numPassedTests,
          // A file that fails to load has no tests to count.
          failed:
            numFailedTests +
            testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length,
          skipped: numPendingTests,
        }),
      ),
  };
};

const playwright = {
  name: 'e2e',
  run: () => {
    const report = join(REPORTS, 'e2e.json');
    return counted(
      run('npx', ['playwright', 'test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_FILE: report }),
      report,
      // A test that passed only on a second try has failed.
      ({ stats, errors }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped }),
    );
  },
};

/** Numbers of a suite's report. A suite that failed without saying where, or that ran nothing, is one failure. */
function counted(isOk, report, read) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const counts = read(JSON.parse(readFileSync(report, 'utf8')));
  const isSilent = counts.failed === 0 && (!isOk || counts.passed === 0);
  return isSilent ? { ...counts, failed: 1 } : counts;
}

const SUITES = [
  single('types', 'npx', ['tsc', '--noEmit']),
  single('lint', 'npx', ['biome', 'lint', '--error-on-warnings', '.']),
  single('format', 'npx', ['biome', 'format', '.']),
  vitest('unit'),
  vitest('gpu'),
  single('build', 'npm', ['run', '--silent', 'build']),
  playwright,
];

function chosen(names) {
  const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown.length > 0) throw new Error(`No such suite: ${unknown.join(', ')}. Suites: ${SUITES.map(({ name }) => name).join(', ')}`);
  return names.length === 0 ? SUITES : SUITES.filter(({ name }) => names.includes(name));
}

const seconds = (sinceMs) => Math.round((Date.now() - sinceMs) / 1000);

async function main(args) {
  if (args.includes('--full')) process.env.FULL = '1';
  const suites = chosen(args.filter((arg) => arg !== '--full'));
  const startedMs = Date.now();
  installPackages();
  if (suites.some(({ name }) => ['unit', 'gpu', 'e2e'].includes(name))) installBrowser();
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });

  const beside = suites.filter(({ isBeside }) => isBeside);
  const results = [];
  const runOne = async (suite) => {
    console.log(`\n=== ${suite.name} ===`);
    const suiteStartedMs = Date.now();
    results.push({ name: suite.name, ...(await suite.run(beside.length === 1)), seconds: seconds(suiteStartedMs) });
  };
  for (const suite of suites) {
    if (suite === beside[0]) await Promise.all(beside.map(runOne));
    else if (!suite.isBeside) await runOne(suite);
  }

  console.log(`\n=== summary (${seconds(startedMs)} s) ===`);
  for (const { name, passed, failed, skipped = 0, seconds: took } of results) {
    const verdict = failed > 0 ? 'FAILED' : 'ok';
    console.log(
      `${name.padEnd(8)}${verdict.padEnd(8)}${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''} (${took} s)`,
    );
  }
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  console.log(`${total('passed')} passed, ${total('failed')} failed`);
  return total('failed') === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
