import { cpus } from 'node:os';
import { barsOf, isReached } from '../bench/bars.ts';
import type { BenchReport } from '../bench/report.ts';
import { barsTable, factsTable, ratiosTable, STAR, type Table, timesTable, unableList } from '../bench/words.ts';
import { workloadBars, workloadsTable } from '../bench/workload-bars.ts';
import { isComplete, parseArguments } from './bench/arguments.ts';
import { measureCurves, measureGrowth, measureTable, measureWorkloads } from './bench/measure-all.ts';
import { type BenchPages, withBenchPages } from './bench/pages.ts';
import { writeResults, writeWorkloads } from './bench/results-files.ts';
import { textTable } from './bench/text-table.ts';

/** Progress: one line that is written over where somebody is looking, else a line for each case. */
function progress(): (text: string) => void {
  let current = '';
  return (text) => {
    if (process.stderr.isTTY) return process.stderr.write(`\r\x1b[K${text}`);
    const [what = ''] = text.split(':');
    if (what !== current) process.stderr.write(`${what}\n`);
    current = what;
  };
}

function print({ head, rows }: Table): void {
  if (rows.length > 0) console.log(`\n${textTable(head, rows)}`);
}

async function measureAll(pages: BenchPages, args: ReturnType<typeof parseArguments>): Promise<BenchReport> {
  const start = performance.now();
  const say = progress();
  const has = (part: (typeof args.parts)[number]): boolean => args.parts.includes(part);
  const cases = has('table') ? await measureTable(pages, args, say) : [];
  const { rates, curves } = has('curves') ? await measureCurves(pages, say) : { rates: {}, curves: [] };
  const growth = has('memory') ? await measureGrowth(pages, say) : [];
  const dispatches = has('memory') ? await pages.plain.evaluate(() => window.freestepBench.dispatches()) : [];
  return {
    date: new Date().toISOString().slice(0, 10),
    adapter: await pages.plain.evaluate(() => window.freestepBench.adapterName()),
    browser: `Chromium ${pages.plain.context().browser()?.version()}`,
    cores: cpus().length,
    rounds: args.rounds,
    minutes: Math.round((performance.now() - start) / 6000) / 10,
    cases,
    rates,
    curves,
    growth,
    dispatches,
    bars: barsOf({ cases, dispatches, growth }),
  };
}

/** Training steps of the workloads against what their products alone would take. */
async function benchWorkloads(args: ReturnType<typeof parseArguments>): Promise<number> {
  const { steps, machine } = await withBenchPages(async (pages) => ({
    steps: await measureWorkloads(pages, args, progress()),
    machine: `${await pages.plain.evaluate(() => window.freestepBench.adapterName())} and WASM on ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}.`,
  }));
  if (process.stderr.isTTY) process.stderr.write('\n');
  print(workloadsTable(steps));
  const bars = workloadBars(steps);
  print(barsTable(bars));
  if (args.only === null) await writeWorkloads(steps, `Measured on ${machine}`);
  return bars.every(isReached) ? 0 : 1;
}

/**
 * `npm run bench`: training steps of Freestep and of other libraries, measured in turn in one browser. Prints tables; a complete run writes
 * docs/measurements/bench.json, the charts and the tables of docs/benchmarks.md. Exits with 1 when a bar is missed.
 */
export async function main(argv: string[]): Promise<number> {
  const args = parseArguments(argv);
  if (args.isOfWorkloads) return benchWorkloads(args);
  const report = await withBenchPages((pages) => measureAll(pages, args));
  if (process.stderr.isTTY) process.stderr.write('\n');
  print(timesTable(report.cases));
  if (report.cases.length > 0) console.log(STAR);
  for (const text of unableList(report.cases)) console.log(text);
  print(ratiosTable(report.cases));
  print(factsTable(report.cases));
  print(barsTable(report.bars));
  if (isComplete(args)) await writeResults(report);
  return report.bars.every(isReached) ? 0 : 1;
}
