import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BenchReport } from '../../bench/report.ts';
import { barsTable, factsTable, ratiosTable, timesTable } from '../../bench/words.ts';
import { workloadBars, workloadsTable } from '../../bench/workload-bars.ts';
import type { WorkloadSteps } from '../../bench/workload-steps.ts';
import { curvesChart } from './curves-chart.ts';
import { markdownTable } from './text-table.ts';
import { timesChart } from './times-chart.ts';

const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));

/** Text between two comments of a Markdown file, replaced. Throws where the comments are missing. */
export function withSection(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}: written by npm run bench -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no section "${name}".`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}

/** Writes the committed results of the workloads: JSON and their table of docs/benchmarks.md. */
export async function writeWorkloads(steps: readonly WorkloadSteps[], machine: string): Promise<void> {
  await writeFile(`${DOCS}measurements/workloads.json`, `${JSON.stringify({ machine, steps }, null, 1)}\n`);
  const path = `${DOCS}benchmarks.md`;
  const [table, bars] = [workloadsTable(steps), barsTable(workloadBars(steps))];
  const content = `${machine}\n\n${markdownTable(table.head, table.rows)}\n\n${markdownTable(bars.head, bars.rows)}`;
  await writeFile(path, withSection(await readFile(path, 'utf8'), 'workloads', content));
}

/** Writes the committed results: JSON, charts, and the tables of docs/benchmarks.md. */
export async function writeResults(report: BenchReport): Promise<void> {
  await writeFile(`${DOCS}measurements/bench.json`, `${JSON.stringify(report, null, 1)}\n`);
  await writeFile(`${DOCS}bench-times.svg`, timesChart(report));
  await writeFile(`${DOCS}bench-curves.svg`, curvesChart(report));
  const path = `${DOCS}benchmarks.md`;
  const table = ({ head, rows }: ReturnType<typeof timesTable>): string => markdownTable(head, rows);
  const { adapter, browser, cores, rounds, minutes, date } = report;
  const machine = `Measured on ${date}: ${adapter}, ${browser}, ${cores} cores; medians and quartiles of ${rounds} interleaved rounds; ${minutes} minutes in all.`;
  const sections = {
    machine,
    times: table(timesTable(report.cases)),
    ratios: table(ratiosTable(report.cases)),
    bars: table(barsTable(report.bars)),
    facts: table(factsTable(report.cases)),
  };
  const text = Object.entries(sections).reduce((whole, [name, content]) => withSection(whole, name, content), await readFile(path, 'utf8'));
  await writeFile(path, text);
}
