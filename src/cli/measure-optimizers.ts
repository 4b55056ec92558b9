import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { optimizers } from '../optimizers/registry.ts';
import { withEnginePage } from './headless/engine-page.ts';
import { gpuProcessorTime } from './measure/gpu-processor-time.ts';
import {
  type BandwidthRow,
  bandwidthRow,
  bandwidthTable,
  fillTables,
  type HostRow,
  hostTable,
  median,
  misses,
  type OperationRow,
  type OptimizerReport,
  operationRow,
  operationTable,
  trafficTable,
} from './measure/optimizer-report.ts';
import type {} from './measure/optimizers-page.ts';

const ROUNDS = 7;
/** Where every method is measured: the first size that the bars hold for. */
const COMMON_SIZE = 1_000_000;
const SIZES = [10_000, 100_000, COMMON_SIZE, 10_000_000] as const;
const RUNS = [1, 8] as const;
const MOST_PARAMETERS = 10_000_000;
/** One step of each kind over all sizes: without sums, with sums, around another one. */
const AT_EVERY_SIZE: readonly string[] = ['adamw', 'prodigy', 'mechanicAdamw'];
const OPERATIONS_SIZE = 2 ** 20;
const HOST_OPTIMIZERS = ['adamw', 'prodigy'] as const;
const HOST_RUNS = 8;

const REPORT = fileURLToPath(new URL('../../docs/measurements/optimizers.json', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/optimizer-step.md', import.meta.url));

const USAGE = `Measures the fused optimizer steps in headless Chromium: against a copy kernel, against TensorFlow.js operations, and on the host.

  npm run measure:optimizers [-- --dry] [--only adamw,prodigy]

--only measures some methods and writes nothing. Otherwise it writes docs/measurements/optimizers.json and the tables of docs/optimizer-step.md, or with --dry nothing. Exits with 1 when a figure misses its bar.`;

/** What is measured against a copy, small sizes first. */
function bandwidthPlan(ids: readonly string[]) {
  return SIZES.flatMap((n) =>
    RUNS.filter((runs) => runs * n <= MOST_PARAMETERS).flatMap((runs) =>
      ids
        .filter((id) => AT_EVERY_SIZE.includes(id) || (n === COMMON_SIZE && runs === 1))
        .map((optimizer) => ({ optimizer, n, runs, rounds: ROUNDS })),
    ),
  );
}

async function measure(ids: readonly string[]): Promise<OptimizerReport> {
  // A page of its own for each part: buffers of the last one must not be in the way of the next.
  const inPage = <T>(use: Parameters<typeof withEnginePage<T>>[2]) => {
    let clock: ReturnType<typeof gpuProcessorTime> | undefined;
    const freestepProcessorMs = (): number | null => {
      clock ??= gpuProcessorTime();
      return clock?.() ?? null;
    };
    return withEnginePage('/src/cli/measure/optimizers-page.ts', { freestepProcessorMs }, use);
  };

  const { adapter, bandwidth } = await inPage(async (page) => {
    const rows: BandwidthRow[] = [];
    for (const given of bandwidthPlan(ids)) {
      const times = await page.evaluate((g) => window.freestepOptimizerBandwidth(g.optimizer, g.n, g.runs, g.rounds), given);
      rows.push(bandwidthRow(given.optimizer, given.n, given.runs, times));
    }
    return { adapter: await page.evaluate(() => window.freestepAdapter()), bandwidth: rows };
  });

  const operations = await inPage(async (page) => {
    const rows: OperationRow[] = [];
    for (const optimizer of ids) {
      const given = { optimizer, n: OPERATIONS_SIZE, rounds: ROUNDS };
      const times = await page.evaluate((g) => window.freestepOptimizerOperations(g.optimizer, g.n, g.rounds), given);
      rows.push(operationRow(optimizer, OPERATIONS_SIZE, times));
    }
    return rows;
  });

  const host = await inPage(async (page): Promise<HostRow> => {
    const given = { optimizers: HOST_OPTIMIZERS, runs: HOST_RUNS, rounds: ROUNDS };
    const { encodeMs, dispatches } = await page.evaluate((g) => window.freestepOptimizerHost(g.optimizers, g.runs, g.rounds), given);
    const { plain, observed } = dispatches;
    return { optimizers: HOST_OPTIMIZERS, runs: HOST_RUNS, encodeMs: median(encodeMs), dispatches: plain, dispatchesObserved: observed };
  });
  return { adapter, rounds: ROUNDS, bandwidth, operations, host };
}

/** The `measure:optimizers` command. */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: { dry: { type: 'boolean', default: false }, only: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const all = optimizers.map(({ id }) => id);
  const ids = values.only?.split(',') ?? all;
  const unknown = ids.filter((id) => !all.includes(id));
  if (unknown.length > 0) {
    console.error(`There is no optimizer ${unknown.join(', ')}; there are ${all.join(', ')}.`);
    return 2;
  }
  const report = await measure(ids);
  console.log(`${report.adapter}, interleaved medians of ${report.rounds} rounds\n`);
  console.log(
    `${trafficTable(ids)}\n\n${bandwidthTable(report.bandwidth)}\n\n${operationTable(report.operations)}\n\n${hostTable(report.host)}`,
  );
  if (!values.dry && values.only === undefined) {
    writeFileSync(REPORT, `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(PAGE, fillTables(readFileSync(PAGE, 'utf8'), report));
  }
  const missed = misses(report);
  for (const words of missed) console.log(`MISS  ${words}`);
  return missed.length > 0 ? 1 : 0;
}
