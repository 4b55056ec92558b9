import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal, JournalMismatchError } from './journal.ts';
import type { RunRecord, Study } from './study.ts';

const study: Study = {
  workload: 'digits',
  options: { width: 64, depth: 2 },
  optimizer: 'adamw',
  horizon: 0.5,
  horizonSteps: 300,
  batch: 64,
  trials: 2,
  seeds: [101],
};
const record = (trial: number): RunRecord => ({ trial, seed: 101, best: 0.1, last: 0.2, divergedAt: null, backend: 'test', seconds: 1 });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'freestep-journal-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('journal of a search', () => {
  it('goes on where an interrupted search stopped, without the line that was cut off', () => {
    const path = join(folder, 'a', 'study.jsonl');
    new Journal<RunRecord>(path, study, false).add([record(0)]);
    appendFileSync(path, '{"trial":1,"se');
    const resumed = new Journal<RunRecord>(path, study, false);
    expect(resumed.records).toEqual([record(0)]);
    resumed.add([record(1)]);
    expect(new Journal<RunRecord>(path, study, false).records).toEqual([record(0), record(1)]);
  });

  it('is gone once it is not needed any more', () => {
    const path = join(folder, 'study.jsonl');
    const journal = new Journal<RunRecord>(path, study, false);
    journal.add([record(0)]);
    journal.remove();
    expect(new Journal<RunRecord>(path, study, false).records).toEqual([]);
  });

  it('refuses to mix two searches, and starts afresh on request', () => {
    const path = join(folder, 'study.jsonl');
    new Journal<RunRecord>(path, study, false).add([record(0)]);
    const other = { ...study, batch: 32 };
    expect(() => new Journal<RunRecord>(path, other, false)).toThrow(JournalMismatchError);
    expect(new Journal<RunRecord>(path, other, true).records).toEqual([]);
  });
});
