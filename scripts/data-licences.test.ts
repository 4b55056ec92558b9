import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const data = join(root, 'public/data');

interface DataSet {
  readonly name: string;
  readonly folder: string;
  readonly title: string;
  readonly spdx: string;
  readonly licenceFile: string;
  readonly attribution: string;
}
interface Meta extends Omit<DataSet, 'folder'> {
  readonly files: Readonly<Record<string, { readonly file: string; readonly bytes: number; readonly sha256: string }>>;
}

const sets: readonly DataSet[] = JSON.parse(readFileSync(join(data, 'index.json'), 'utf8')).sets;
const readMeta = ({ folder }: DataSet): Meta => JSON.parse(readFileSync(join(data, folder, 'meta.json'), 'utf8'));

/** Everything below public/data, as paths relative to it. */
const files = readdirSync(data, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(data.length + 1));

test('every data file belongs to a set that states its licence', () => {
  const known = new Set([
    'index.json',
    ...sets.flatMap((set) => [
      `${set.folder}/meta.json`,
      set.licenceFile,
      ...Object.values(readMeta(set).files).map(({ file }) => `${set.folder}/${file}`),
    ]),
  ]);
  // The GPL folder also carries its read-me and the conversion scripts, which are its source.
  const strangers = files.filter((file) => !known.has(file) && file !== 'gpl/README.md' && !file.startsWith('gpl/source/'));
  expect(strangers).toEqual([]);
});

describe.each(sets.map((set) => [set.name, set] as const))('%s', (_name, set) => {
  test('carries its licence text, SPDX id and attribution, equal in the index and beside the data', () => {
    expect(readFileSync(join(data, set.licenceFile), 'utf8').trim().length).toBeGreaterThan(100);
    expect(set.spdx).toMatch(/^[A-Za-z0-9.+-]+( (AND|OR) [A-Za-z0-9.+-]+)*$/);
    expect(set.attribution.length).toBeGreaterThan(20);
    const { spdx, licenceFile, attribution, title } = readMeta(set);
    expect({ spdx, licenceFile, attribution, title }).toEqual({
      spdx: set.spdx,
      licenceFile: set.licenceFile,
      attribution: set.attribution,
      title: set.title,
    });
  });

  test('is exactly the bytes its checksums were made from', () => {
    for (const { file, bytes, sha256 } of Object.values(readMeta(set).files)) {
      const content = readFileSync(join(data, set.folder, file));
      expect(content.byteLength, file).toBe(bytes);
      expect(createHash('sha256').update(content).digest('hex'), file).toBe(sha256);
    }
  });

  test('lies in the GPL folder exactly if its licence is a GNU licence', () => {
    expect(set.folder.startsWith('gpl/')).toBe(/\b(A|L)?GPL\b/.test(set.spdx));
  });
});

test('no code imports anything of public/data', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  const importing = sources.filter((file) =>
    /(?:from|import)\s*\(?\s*['"][^'"]*public\/data/.test(readFileSync(join(root, 'src', file), 'utf8')),
  );
  expect(importing).toEqual([]);
});

test('the GPL folder, where present, holds its licence text and the scripts that made its files', () => {
  if (!existsSync(join(data, 'gpl'))) return;
  expect(readFileSync(join(data, 'gpl/LICENCE.txt'), 'utf8')).toContain('GNU GENERAL PUBLIC LICENSE');
  expect(files.filter((file) => /^gpl\/source\/.*\.py$/.test(file)).length).toBeGreaterThan(0);
});
