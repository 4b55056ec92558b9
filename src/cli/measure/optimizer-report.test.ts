import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stepTraffic } from '../../kernels/fused/step-traffic.ts';
import { optimizers } from '../../optimizers/registry.ts';
import { optimizerCases, scenarioHyper } from '../../optimizers/testing/cases.ts';
import { bandwidthRow, fillTables, misses, type OptimizerReport, operationRow } from './optimizer-report.ts';

const read = (path: string) => readFileSync(new URL(`../../../docs/${path}`, import.meta.url), 'utf8');

/** Slots that the functions reachable from one function of a WGSL text read and write. */
function slotsOf(wgsl: string, root: string): { readonly reads: readonly string[]; readonly writes: readonly string[] } {
  const bodies = new Map(Array.from(wgsl.matchAll(/^fn (\w+)\([\s\S]*?^\}/gm), ([body, name]) => [name ?? '', body] as const));
  const reached = new Set<string>();
  const visit = (name: string): void => {
    const body = bodies.get(name);
    if (body === undefined || reached.has(name)) return;
    reached.add(name);
    for (const [, called] of body.matchAll(/(\w+)\(/g)) visit(called ?? '');
  };
  visit(root);
  const text = [...reached].map((name) => bodies.get(name)).join('\n');
  const slots = (pattern: RegExp) => [...new Set(Array.from(text.matchAll(pattern), ([, name]) => name ?? ''))].sort();
  return { reads: slots(/\bslot\(e, SLOT_(\w+)\)/g), writes: slots(/\bsetSlot\(e, SLOT_(\w+),/g) };
}

describe.each(optimizerCases.map((entry) => ({ id: entry.definition.id, ...entry })))('the WGSL of $id', ({ definition, cases }) => {
  it('reads and writes the slots that its mathematics needs in some setting, in the same pass, and no others', () => {
    const { program } = definition;
    const { wgsl, gather, apply } = program.fused;
    const stages = gather === undefined ? [apply] : [gather, apply];
    // One text serves all settings; slots that only some of them need stand behind a condition there.
    const settings = cases.scenarios.map((scenario) => stepTraffic({ program, hyper: scenarioHyper(definition, scenario) }).passes);
    const inAny = (pass: number, kind: 'reads' | 'writes') =>
      [...new Set(settings.flatMap((passes) => passes[pass]?.[kind] ?? []))].filter((name) => name !== 'x' && name !== 'g').sort();
    const needed = stages.map((_, pass) => ({ reads: inAny(pass, 'reads'), writes: inAny(pass, 'writes') }));
    expect(stages.map((stage) => slotsOf(wgsl, stage))).toEqual(needed);
    for (const passes of settings) expect(passes.length).toBe(stages.length);
  });
});

describe('the page about the optimizer step', () => {
  it('shows the table of bytes of every optimizer, and the measurements that are committed', () => {
    const page = read('optimizer-step.md');
    const report: OptimizerReport = JSON.parse(read('measurements/optimizers.json'));
    expect(fillTables(page, report)).toBe(page);
    // A method may be newer than the last measurement, which needs a quiet machine; one that is gone may not stay.
    const measured = report.bandwidth.map(({ optimizer }) => optimizer);
    expect(measured.filter((id) => !optimizers.some((definition) => definition.id === id))).toEqual([]);
  });

  it('is refused when a table has no place', () => {
    const report: OptimizerReport = JSON.parse(read('measurements/optimizers.json'));
    expect(() => fillTables('<!-- traffic --><!-- /traffic -->', report)).toThrow('<!-- bandwidth -->');
  });
});

const onWall = (values: readonly number[]) => values.map((wallMs) => ({ wallMs, processorMs: null }));

describe('the share of a copy', () => {
  it('is that of neighbouring measurements, round by round', () => {
    // The machine slows down by half twice; each round says 80 %.
    const row = bandwidthRow('adamw', 1_000_000, 1, {
      bytes: 28e6,
      step: onWall([10, 20, 40]),
      copy: [onWall([8, 16, 32]), onWall([5, 10, 20])],
    });
    expect(row).toMatchObject({ stepMs: 20, gigabytesPerSecond: 1.4, wallShare: 0.8, shareOfCopy: 0.8, shareOfLongCopy: 0.5 });
  });

  it('is that of processor time where it is known', () => {
    const step = [{ wallMs: 10, processorMs: 16 }];
    const copy = [[{ wallMs: 5, processorMs: 12 }], [{ wallMs: 5, processorMs: 8 }]];
    expect(bandwidthRow('adamw', 1_000_000, 1, { bytes: 1, step, copy })).toMatchObject({
      wallShare: 0.5,
      shareOfCopy: 0.75,
      shareOfLongCopy: 0.5,
    });
  });
});

describe('a figure below its bar', () => {
  const copied = (optimizer: string, n: number, share: number) =>
    bandwidthRow(optimizer, n, 1, { bytes: 1, step: onWall([1]), copy: [onWall([share]), onWall([share])] });
  // AdamW moves 28 bytes per parameter, and 8 more to measure how far it has come.
  const against = (speedup: number) =>
    operationRow('adamw', 100, { fusedMs: [1], opsMs: [speedup], opsKernels: 9, opsBytes: 10 * 36 * 100, dispatches: 1 });
  const good: OptimizerReport = {
    adapter: 'none',
    rounds: 1,
    bandwidth: [copied('adamw', 1_000_000, 0.91), copied('prodigy', 1_000_000, 0.71), copied('adamw', 10_000, 0.1)],
    operations: [against(8.1)],
    host: { optimizers: ['adamw'], runs: 1, encodeMs: 0.04, dispatches: 2, dispatchesObserved: 3 },
  };

  it('is named, one line each', () => {
    expect(misses(good)).toEqual([]);
    expect(misses({ ...good, bandwidth: [copied('adamw', 1_000_000, 0.89)] })).toEqual([
      "adamw, n = 1000000, 1 runs: 89 % of the copy's bandwidth, at least 90 %",
    ]);
    expect(misses({ ...good, bandwidth: [copied('prodigy', 10_000_000, 0.69)] })).toHaveLength(1);
    expect(misses({ ...good, operations: [against(7.9)] })).toEqual(['adamw: 7.9 times faster than operations, at least 8.0']);
    expect(misses({ ...good, host: { ...good.host, encodeMs: 0.06 } })).toEqual(['0.060 ms of JavaScript per step, at most 0.05']);
  });
});
