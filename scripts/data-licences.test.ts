import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const data = join(dirname(fileURLToPath(import.meta.url)), '../public/data');

interface DataSet {
  readonly name: string;
  readonly folder: string;
  readonly title: string;
  readonly spdx: string;
  readonly licenceFile: string;
  readonly attribution: string;
}

// Whoever distributes Freestep may delete the GPL folder without anything else; its sets are then only named.
const isPresent = ({ folder }: DataSet): boolean => !folder.startsWith('gpl/') || existsSync(join(data, 'gpl'));

// That every file has an entry, and every entry its file, is tested beside the index: src/workloads/data-index.test.ts.
const sets: readonly DataSet[] = JSON.parse(readFileSync(join(data, 'index.json'), 'utf8')).sets;

describe.each(sets.filter(isPresent).map((set) => [set.name, set] as const))('%s', (_name, set) => {
  test('says the same of its licence in the index and beside the data', () => {
    const { spdx, licenceFile, attribution, title } = JSON.parse(readFileSync(join(data, set.folder, 'meta.json'), 'utf8'));
    expect({ ...set, spdx, licenceFile, attribution, title }).toEqual(set);
    expect(set.spdx).toMatch(/^[A-Za-z0-9.+-]+( (AND|OR) [A-Za-z0-9.+-]+)*$/);
  });

  test('lies in the GPL folder exactly if its licence is a GNU licence', () => {
    expect(set.folder.startsWith('gpl/')).toBe(/\b(A|L)?GPL\b/.test(set.spdx));
  });
});

test('the GPL folder, where present, holds its licence text and the scripts that made its files', () => {
  if (!existsSync(join(data, 'gpl'))) return;
  expect(readFileSync(join(data, 'gpl/LICENCE.txt'), 'utf8')).toContain('GNU GENERAL PUBLIC LICENSE');
  expect(readdirSync(join(data, 'gpl/source')).filter((file) => file.endsWith('.py')).length).toBeGreaterThan(0);
});
