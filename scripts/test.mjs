#!/usr/bin/env node
/**
 * `npm test`: installs what is missing, runs every suite to its end, and closes with one line that adds them all up.
 * `node scripts/test.mjs unit e2e` runs some of the suites; `--full` adds the long property and soak tests.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { installBrowser, installPackages, root, run, runBeside } from './install.mjs';

const REPORTS = join(root, 'test-results');

/** Check that either passes or fails as a whole. */
const single = (name, command, args) => ({
  name,
  run: () => (run(command, args) ? { passed: 1, failures: [] } : { passed: 0, failures: [name] }),
});

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
        ({ numPassedTests, numPendingTests, testResults }) => ({
          passed: numPassedTests,
          failures: testResults.flatMap(failuresOf),
          skipped: numPendingTests,
        }),
      ),
  };
};

/** Failed tests of a file, or the file itself if it did not even load. */
function failuresOf({ name, status, assertionResults }) {
  const file = relative(root, name);
  if (status === 'failed' && assertionResults.length === 0) return [file];
  return assertionResults.filter((test) => test.status === 'failed').map(({ fullName }) => `${file} > ${fullName}`);
}

const playwright = {
  name: 'e2e',
  run: () => {
    const report = join(REPORTS, 'e2e.json');
    return counted(
      run('npx', ['playwright', 'test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_FILE: report }),
      report,
      ({ stats, errors, suites }) => ({
        passed: stats.expected,
        failures: [...suites.flatMap(specsOf).filter(isFailed).map(titleOf), ...errors.map(({ message }) => message)],
        skipped: stats.skipped,
      }),
    );
  },
};

const specsOf = ({ specs = [], suites = [] }) => [...specs, ...suites.flatMap(specsOf)];
const titleOf = ({ file, line, title }) => `e2e/${file}:${line} > ${title}`;
/** A test that passed only on a second try has failed. */
const isFailed = ({ tests }) => tests.some(({ status }) => status === 'unexpected' || status === 'flaky');

/** Numbers of a suite's report. A suite that failed without saying where, or that ran nothing, is one failure. */
function counted(isOk, report, read) {
  if (!existsSync(report)) return { passed: 0, failures: ['no report'] };
  const counts = read(JSON.parse(readFileSync(report, 'utf8')));
  const isSilent = counts.failures.length === 0 && (!isOk || counts.passed === 0);
  return isSilent ? { ...counts, failures: ['failed without saying where'] } : counts;
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
  for (const { name, passed, failures, skipped = 0, seconds: took } of results) {
    const verdict = failures.length > 0 ? 'FAILED' : 'ok';
    const skips = skipped > 0 ? `, ${skipped} skipped` : '';
    console.log(`${name.padEnd(8)}${verdict.padEnd(8)}${passed} passed, ${failures.length} failed${skips} (${took} s)`);
    for (const failure of failures) console.log(`  ${failure}`);
  }
  const failed = results.reduce((sum, { failures }) => sum + failures.length, 0);
  console.log(`${results.reduce((sum, { passed }) => sum + passed, 0)} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
