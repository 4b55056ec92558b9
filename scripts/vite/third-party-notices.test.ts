import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatNotices, NOTICES_FILE, packageFolder } from './third-party-notices.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Package names in the source map of every chunk, workers included: an account of the bundle that the plugin has no part in. */
function packagesInMaps(files: readonly { readonly fileName: string; readonly source: string }[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { fileName, source } of files) {
    if (!fileName.endsWith('.map')) continue;
    for (const path of JSON.parse(source).sources as string[]) {
      const match = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
      if (match?.[1]) names.add(match[1]);
    }
  }
  return names;
}

describe('the build', () => {
  let files: { fileName: string; source: string }[] = [];
  beforeAll(async () => {
    const result = await build({
      root,
      configFile: join(root, 'vite.config.ts'),
      logLevel: 'error',
      // Maps for the count; nothing is written and nothing minified, which is half the time.
      build: { write: false, sourcemap: true, minify: false, copyPublicDir: false, reportCompressedSize: false },
    });
    const outputs = (Array.isArray(result) ? result : [result]).flatMap((part) => ('output' in part ? part.output : []));
    files = outputs.map((output) => ({
      fileName: output.fileName,
      source: output.type === 'chunk' ? output.code : Buffer.from(output.source).toString('utf8'),
    }));
  }, 120_000);

  test('names every bundled package in the notices, those of the worker included', () => {
    const notices = files.find(({ fileName }) => fileName === NOTICES_FILE)?.source ?? '';
    const bundled = packagesInMaps(files);
    expect([...bundled]).toEqual(expect.arrayContaining(['react', 'recharts', '@tensorflow/tfjs-core']));
    const missing = [...bundled].filter((name) => !notices.includes(`\n${name} `));
    expect(missing).toEqual([]);
  });

  test('puts no backend of TensorFlow.js into the worker that races: its steps are compiled', () => {
    const ofRace = files.filter(({ fileName, source }) => fileName.endsWith('.map') && source.includes('src/engine/worker.ts"'));
    expect(ofRace.length).toBe(1);
    const packages = [...packagesInMaps(ofRace)].filter((name) => name.startsWith('@tensorflow/'));
    expect(packages).toEqual(['@tensorflow/tfjs-core']);
  });
});

test('a module belongs to the innermost package on its path', () => {
  expect(packageFolder('/p/node_modules/a/node_modules/@b/c/dist/x.js?v=1')).toBe('/p/node_modules/a/node_modules/@b/c');
  expect(packageFolder('\0/p/node_modules/long/umd.js?commonjs-module')).toBe('/p/node_modules/long');
  expect(packageFolder('/p/src/app/main.tsx')).toBeNull();
  expect(existsSync(packageFolder('\0vite/preload-helper.js') ?? '')).toBe(true);
});

test('equal licence texts are printed once, under all their packages', () => {
  const notice = { version: '1.0.0', licence: 'MIT', homepage: 'https://example.org', text: 'The text.' };
  const text = formatNotices([
    { ...notice, name: 'one' },
    { ...notice, name: 'two', copyright: 'Copyright Two' },
  ]);
  expect(text.match(/The text\./g)).toHaveLength(1);
  expect(text).toContain('one 1.0.0 (MIT)');
  expect(text).toContain('two 1.0.0 (MIT)\nhttps://example.org\nCopyright Two');
});
