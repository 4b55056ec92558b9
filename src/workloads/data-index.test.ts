import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataMissingError } from './data-errors.ts';
import { availableChoices, loadDataIndex } from './data-index.ts';
import type { FetchFile, WorkloadDefinition, WorkloadOptions } from './definition.ts';
import { logistic } from './logistic/logistic.ts';
import { PROBLEMS } from './logistic/problems.ts';
import { defaultOptions, optionsKey } from './options.ts';
import { workloads } from './registry.ts';
import { DATA_ROOT, fetchPublic } from './testing/public-data.ts';
import { checksum } from './verify.ts';

const onDisk = readdirSync(DATA_ROOT, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) =>
    join(entry.parentPath, entry.name)
      .slice(DATA_ROOT.length + 1)
      .replaceAll('\\', '/'),
  )
  .filter((path) => path !== 'index.json')
  .sort();
const isRemoved = !existsSync(join(DATA_ROOT, 'gpl'));
const REPAIR = 'run node scripts/data-index.mjs';

/** The published data without the GPL folder, as a maintainer may publish it: the index still names its files. */
const withoutGpl: FetchFile = async (path) => {
  if (path.startsWith('gpl/')) throw new DataMissingError(path, 404);
  return fetchPublic(path);
};

const KNOWN_TERMS = [
  ...['BSD-3-Clause', 'MIT', 'Apache-2.0', 'CC0-1.0', 'LicenseRef-US-Government-Work', 'BSD-3-Clause AND LicenseRef-CC-BY'],
  ...['GPL-2.0-only', 'GPL-2.0-or-later', 'LGPL-2.1-or-later'],
];

/** The default options with every data set that a workload offers. */
function dataChoices(workload: WorkloadDefinition): readonly WorkloadOptions[] {
  const defaults = defaultOptions(workload);
  const others = Object.entries(workload.options).flatMap(([name, spec]) =>
    spec.kind === 'choice' && spec.isVariant !== true ? spec.choices.map(({ id }) => ({ ...defaults, [name]: id })) : [],
  );
  return [defaults, ...others];
}

describe('public/data/index.json', () => {
  test('has an entry for every file, and a file for every entry', async () => {
    const { files } = await loadDataIndex(fetchPublic);
    expect(files.map(({ path }) => path).sort(), REPAIR).toEqual(onDisk);
  });

  test('has the size and checksum of every file, its licence and its attribution', async () => {
    const { files } = await loadDataIndex(fetchPublic);
    for (const { path, bytes, sha256, spdx, attribution } of files) {
      const content = readFileSync(join(DATA_ROOT, path));
      expect(content.length, `${path}: ${REPAIR}`).toBe(bytes);
      expect(checksum(Uint8Array.from(content).buffer), `${path}: ${REPAIR}`).toBe(sha256);
      expect(KNOWN_TERMS, path).toContain(spdx);
      expect(path.startsWith('gpl/'), `${path} is ${spdx}`).toBe(/^L?GPL/.test(spdx));
      expect(attribution.length, path).toBeGreaterThan(20);
    }
  });

  test('names a licence text that is there for every set', async () => {
    const { sets, files } = await loadDataIndex(fetchPublic);
    expect(sets.length).toBe(isRemoved ? 13 : 24);
    for (const { name, licenceFile } of sets) {
      expect(
        files.map(({ path }) => path),
        name,
      ).toContain(licenceFile);
      expect(readFileSync(join(DATA_ROOT, licenceFile), 'utf8').length, name).toBeGreaterThan(500);
    }
  });

  test('agrees with what the workloads ask for', async () => {
    const { files } = await loadDataIndex(fetchPublic);
    const known = new Map(files.map((file) => [file.path, file]));
    for (const workload of workloads)
      for (const options of dataChoices(workload))
        for (const { path, bytes, sha256 } of workload.files(options))
          if (known.has(path) || !isRemoved || !path.startsWith('gpl/'))
            expect(known.get(path), `${path}: ${REPAIR}`).toMatchObject({ bytes, sha256 });
  });
});

describe('without the GPL folder', () => {
  test('its problems disappear from the choices and the others stay', async () => {
    expect(availableChoices(logistic, 'problem', await loadDataIndex(withoutGpl))).toEqual([
      'iris',
      'wine',
      'optdigits',
      'handdigits',
      'fashion7',
      'breastcancer',
    ]);
  });

  test('a page served in place of the missing files does not bring them back', async () => {
    const page = new TextEncoder().encode('<!doctype html>').buffer as ArrayBuffer;
    const index = await loadDataIndex(async (path) => (path.startsWith('gpl/') ? page : fetchPublic(path)));
    expect(index.files.some(({ path }) => path.startsWith('gpl/'))).toBe(false);
  });

  test('every workload still loads with its defaults', async () => {
    for (const workload of workloads) {
      const options = Object.fromEntries(Object.entries(workload.options).map(([name, { value }]) => [name, value]));
      const { trainRows } = await workload.load(options, withoutGpl);
      expect(trainRows, optionsKey(options)).toBeGreaterThan(0);
    }
  });

  test('no source file imports from it', () => {
    const sources = readdirSync('src', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|mjs)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    expect(sources.length).toBeGreaterThan(20);
    for (const path of sources) expect(readFileSync(path, 'utf8'), path).not.toMatch(/(from|import)\s*\(?\s*['"][^'"]*data\/gpl/);
  });
});

test.runIf(!isRemoved)('with the GPL folder all sixteen problems can be chosen', async () => {
  expect(availableChoices(logistic, 'problem', await loadDataIndex(fetchPublic))).toEqual(PROBLEMS.map(({ id }) => id));
});
