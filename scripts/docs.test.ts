import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const scripts: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;

test.each(Object.entries(scripts))('the script %s starts a file that exists', (_name, command) => {
  const [, file, name] = /^node (\S+)(?: ([\w-]+))?/.exec(command) ?? [];
  if (!file) return;
  expect(existsSync(join(root, file)), file).toBe(true);
  if (file === 'scripts/cli.mjs') expect(existsSync(join(root, `src/cli/${name}.ts`)), `src/cli/${name}.ts`).toBe(true);
});

const docs = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));

describe.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'src/tfjs/README.md', ...docs.map((file) => `docs/${file}`)])(
  '%s',
  (file) => {
    const text = readFileSync(join(root, file), 'utf8');

    test('names only scripts that exist', () => {
      const named = [...text.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1] ?? '');
      expect(named.filter((name) => !(name in scripts))).toEqual([]);
    });

    test('links only to files that exist', () => {
      const targets = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map((match) => match[1] ?? '');
      expect(targets.filter((target) => !/^https?:/.test(target) && !existsSync(join(root, dirname(file), target)))).toEqual([]);
    });

    test('names only paths that exist', () => {
      const paths = [...text.matchAll(/`((?:src|scripts|public|e2e|docs)\/[\w./-]+)`/g)].map((match) => match[1] ?? '');
      // The GPL folder may be deleted without anything else.
      expect(paths.filter((path) => !path.startsWith('public/data/gpl') && !existsSync(join(root, path)))).toEqual([]);
    });
  },
);

test('the version of the citation is that of the package', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(readFileSync(join(root, 'CITATION.cff'), 'utf8')).toContain(`\nversion: ${version}\n`);
  expect(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).toContain(`\n## ${version}\n`);
});
