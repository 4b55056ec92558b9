import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
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
const SIZES = [10_000, 100_000, 1_000_000, 10_000_000] as const;
const RUNS = [1, 8] as const;
const MOST_PARAMETERS = 10_000_000;
const OPERATIONS_SIZE = 2 ** 20;
const HOST_OPTIMIZERS = ['adamw', 'prodigy'] as const;
const HOST_RUNS = 8;

const REPORT = fileURLToPath(new URL('../../docs/measurements/optimizers.json', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/optimizer-step.md', import.meta.url));

const USAGE = `Measures the fused optimizer steps in headless Chromium: against a copy kernel, against TensorFlow.js operations, and on the host.

  npm run measure:optimizers [-- --dry]

Writes docs/measurements/optimizers.json and the tables of docs/optimizer-step.md, or with --dry nothing. Exits with 1 when a figure misses its bar.`;

async function measure(): Promise<OptimizerReport> {
  const ids = optimizers.map(({ id }) => id);
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
    for (const n of SIZES) {
      for (const runs of RUNS.filter((count) => count * n <= MOST_PARAMETERS)) {
        for (const optimizer of ids) {
          const given = { optimizer, n, runs, rounds: ROUNDS };
          const times = await page.evaluate((g) => window.freestepOptimizerBandwidth(g.optimizer, g.n, g.runs, g.rounds), given);
          rows.push(bandwidthRow(optimizer, n, runs, times));
        }
      }
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
  const [flag, ...others] = argv;
  if (others.length > 0 || (flag !== undefined && flag !== '--dry')) {
    console.error(USAGE);
    return flag === '--help' ? 0 : 2;
  }
  const report = await measure();
  console.log(`${report.adapter}, interleaved medians of ${report.rounds} rounds\n`);
  console.log(
    `${trafficTable()}\n\n${bandwidthTable(report.bandwidth)}\n\n${operationTable(report.operations)}\n\n${hostTable(report.host)}`,
  );
  if (flag !== '--dry') {
    writeFileSync(REPORT, `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(PAGE, fillTables(readFileSync(PAGE, 'utf8'), report));
  }
  const missed = misses(report);
  for (const words of missed) console.log(`MISS  ${words}`);
  return missed.length > 0 ? 1 : 0;
}
