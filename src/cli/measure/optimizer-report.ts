import { type StepTraffic, stepTraffic } from '../../kernels/fused/step-traffic.ts';
import { defaultHyper } from '../../optimizers/definition.ts';
import { optimizers } from '../../optimizers/registry.ts';
import { fillSections } from '../docs/fill-sections.ts';

/** Milliseconds on the wall, and of the GPU process on all processors together where that can be told. */
export interface Elapsed {
  readonly wallMs: number;
  readonly processorMs: number | null;
}

/** Times of one optimizer at one size, per step, one entry per round. */
export interface BandwidthTimes {
  /** Bytes that a step must move, all runs together. */
  readonly bytes: number;
  readonly step: readonly Elapsed[];
  /** Scaled to `bytes`; the plain copy, then the one with several vec4 per thread. */
  readonly copy: readonly (readonly Elapsed[])[];
}

export interface OperationTimes {
  readonly fusedMs: readonly number[];
  readonly opsMs: readonly number[];
  readonly opsKernels: number;
  readonly opsBytes: number;
  /** Dispatches of the fused step, without the one that closes a step of the whole race and the one that observes. */
  readonly dispatches: number;
}

export interface HostTimes {
  readonly encodeMs: readonly number[];
  readonly dispatches: { readonly plain: number; readonly observed: number };
}

export interface BandwidthRow {
  readonly optimizer: string;
  readonly n: number;
  readonly runs: number;
  readonly stepMs: number;
  readonly gigabytesPerSecond: number;
  /** Bandwidth of the step over that of the plain copy, median over rounds of neighbouring measurements on the wall. */
  readonly wallShare: number;
  /** The same in processor time, which is what a software adapter spends; equal to `wallShare` where that cannot be told. */
  readonly shareOfCopy: number;
  /** Like `shareOfCopy`, against the copy that spreads a thread's launch over 16 vec4. */
  readonly shareOfLongCopy: number;
}

export interface OperationRow {
  readonly optimizer: string;
  readonly n: number;
  readonly fusedMs: number;
  readonly opsMs: number;
  readonly opsKernels: number;
  readonly dispatches: number;
  readonly speedup: number;
  /** Bytes of the operations over bytes of the fused step. */
  readonly bytesRatio: number;
}

export interface HostRow {
  readonly optimizers: readonly string[];
  readonly runs: number;
  readonly encodeMs: number;
  readonly dispatches: number;
  readonly dispatchesObserved: number;
}

/** What `npm run measure:optimizers` writes. */
export interface OptimizerReport {
  readonly adapter: string;
  readonly rounds: number;
  readonly bandwidth: readonly BandwidthRow[];
  readonly operations: readonly OperationRow[];
  readonly host: HostRow;
}

/** Least shares of the plain copy's bandwidth, from `FROM_PARAMETERS` parameters on. */
export const BARS = { withoutSums: 0.9, withSums: 0.7 } as const;
export const FROM_PARAMETERS = 1_000_000;
/** Least part of the ratio of bytes that must show as speed against operations. */
export const OPERATIONS_BAR = 0.8;
export const HOST_BAR_MS = 0.05;

/** `observe` reads the parameters and where they started. */
const OBSERVED_BYTES = 8;

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function labelOf(id: string): string {
  return optimizers.find((definition) => definition.id === id)?.label ?? id;
}

export function trafficOf(id: string): StepTraffic {
  const definition = optimizers.find((candidate) => candidate.id === id);
  if (!definition) throw new Error(`There is no optimizer "${id}".`);
  return stepTraffic({ program: definition.program, hyper: defaultHyper(definition) });
}

/** The bar of one optimizer: sums make a step read its vectors twice. */
export function barOf(id: string): number {
  return trafficOf(id).passes.length === 1 ? BARS.withoutSums : BARS.withSums;
}

export function bandwidthRow(optimizer: string, n: number, runs: number, { bytes, step, copy }: BandwidthTimes): BandwidthRow {
  const share = (copied: readonly Elapsed[] = [], of: (elapsed: Elapsed) => number) =>
    median(copied.map((elapsed, round) => of(elapsed) / of(step[round] ?? elapsed)));
  const wall = ({ wallMs }: Elapsed) => wallMs;
  const spent = ({ wallMs, processorMs }: Elapsed) => processorMs ?? wallMs;
  const ms = median(step.map(wall));
  return {
    optimizer,
    n,
    runs,
    stepMs: ms,
    gigabytesPerSecond: bytes / ms / 1e6,
    wallShare: share(copy[0], wall),
    shareOfCopy: share(copy[0], spent),
    shareOfLongCopy: share(copy[1], spent),
  };
}

export function operationRow(
  optimizer: string,
  n: number,
  { fusedMs, opsMs, opsKernels, opsBytes, dispatches }: OperationTimes,
): OperationRow {
  return {
    optimizer,
    n,
    fusedMs: median(fusedMs),
    opsMs: median(opsMs),
    opsKernels,
    dispatches,
    speedup: median(opsMs.map((ms, round) => ms / (fusedMs[round] ?? Number.NaN))),
    bytesRatio: opsBytes / ((trafficOf(optimizer).bytesPerParameter + OBSERVED_BYTES) * n),
  };
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const number = (value: number): string => value.toLocaleString('en-US').replaceAll(',', ' ');

/** Bytes per parameter of some optimizers, from their mathematics. */
export function trafficTable(ids: readonly string[]): string {
  const rows = ids.map((id) => {
    const { passes, vectors, bytesPerParameter } = trafficOf(id);
    const cells = passes.map(({ reads, writes }) => `reads ${reads.join(' ')}; writes ${writes.join(' ')}`);
    return [labelOf(id), cells[0] ?? '', cells[1] ?? '-', String(vectors), String(bytesPerParameter)];
  });
  return markdown(['optimizer', 'before the sums, or all', 'after the sums', 'vectors', 'bytes per parameter'], rows);
}

export function bandwidthTable(rows: readonly BandwidthRow[]): string {
  return markdown(
    ['optimizer', 'n', 'runs', 'ms', 'GB/s', 'share of the plain copy', 'of the long copy', 'of the plain copy, wall'],
    rows.map(({ optimizer, n, runs, stepMs, gigabytesPerSecond, wallShare, shareOfCopy, shareOfLongCopy }) => [
      labelOf(optimizer),
      number(n),
      String(runs),
      stepMs.toFixed(2),
      gigabytesPerSecond.toFixed(2),
      percent(shareOfCopy),
      percent(shareOfLongCopy),
      percent(wallShare),
    ]),
  );
}

export function operationTable(rows: readonly OperationRow[]): string {
  return markdown(
    ['optimizer', 'n', 'fused ms', 'dispatches', 'operations ms', 'kernels', 'faster by', 'ratio of bytes'],
    rows.map(({ optimizer, n, fusedMs, dispatches, opsMs, opsKernels, speedup, bytesRatio }) => [
      labelOf(optimizer),
      number(n),
      fusedMs.toFixed(1),
      String(dispatches),
      opsMs.toFixed(1),
      String(opsKernels),
      speedup.toFixed(1),
      bytesRatio.toFixed(1),
    ]),
  );
}

export function hostTable({ optimizers: ids, runs, encodeMs, dispatches, dispatchesObserved }: HostRow): string {
  return markdown(
    ['optimizers', 'runs of each', 'ms of JavaScript per step', 'dispatches', 'dispatches when observed'],
    [[ids.map(labelOf).join(' + '), String(runs), encodeMs.toFixed(4), String(dispatches), String(dispatchesObserved)]],
  );
}

/** What misses its bar, in words; empty when nothing does. */
export function misses({ bandwidth, operations, host }: OptimizerReport): readonly string[] {
  return [
    ...bandwidth.flatMap(({ optimizer, n, runs, shareOfCopy }) => {
      const bar = barOf(optimizer);
      if (n < FROM_PARAMETERS || shareOfCopy >= bar) return [];
      return [`${optimizer}, n = ${n}, ${runs} runs: ${percent(shareOfCopy)} of the copy's bandwidth, at least ${percent(bar)}`];
    }),
    ...operations.flatMap(({ optimizer, speedup, bytesRatio }) => {
      const bar = OPERATIONS_BAR * bytesRatio;
      return speedup >= bar ? [] : [`${optimizer}: ${speedup.toFixed(1)} times faster than operations, at least ${bar.toFixed(1)}`];
    }),
    ...(host.encodeMs <= HOST_BAR_MS ? [] : [`${host.encodeMs.toFixed(3)} ms of JavaScript per step, at most ${HOST_BAR_MS}`]),
  ];
}

/** docs/optimizer-step.md with each table between its markers. */
export function fillTables(page: string, report: OptimizerReport): string {
  return fillSections(page, {
    traffic: trafficTable(report.operations.map(({ optimizer }) => optimizer)),
    bandwidth: bandwidthTable(report.bandwidth),
    operations: operationTable(report.operations),
    host: hostTable(report.host),
  });
}
