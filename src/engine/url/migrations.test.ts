import { describe, expect, it } from 'vitest';
import { type Migrations, migrate } from './migrations.ts';

/** Version 1 called the seed `s`; version 2 had a default batch of 64, version 3 has another. */
const migrations: Migrations = {
  1: (fields) => new Map([...fields].map(([key, value]) => [key === 's' ? 'seed' : key, value])),
  2: (fields) => new Map([['batch', '64'], ...fields]),
};

function migrated(fields: Record<string, string>) {
  const reports: string[] = [];
  const result = migrate(new Map(Object.entries(fields)), 'v', (message) => reports.push(message), migrations, 3);
  return { fields: Object.fromEntries(result), reports };
}

describe('links of older versions', () => {
  it('pass through every version since theirs', () => {
    expect(migrated({ v: '1', s: '7' })).toEqual({ fields: { seed: '7', batch: '64' }, reports: [] });
    expect(migrated({ v: '2', seed: '7', batch: '32' })).toEqual({ fields: { seed: '7', batch: '32' }, reports: [] });
    expect(migrated({ v: '3', seed: '7' })).toEqual({ fields: { seed: '7' }, reports: [] });
  });

  it('are read as current without a version, and as well as can be with one that is not known', () => {
    expect(migrated({ seed: '7' })).toEqual({ fields: { seed: '7' }, reports: [] });
    expect(migrated({ v: '4', seed: '7' }).reports[0]).toContain('newer Freestep');
    expect(migrated({ v: '4', seed: '7' }).fields).toEqual({ seed: '7' });
    expect(migrated({ v: '-1', seed: '7' }).reports[0]).toContain('not a version');
  });
});
