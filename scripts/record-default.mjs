#!/usr/bin/env node
/**
 * Records the races that the repository ships: the default race, which a visitor sees within the first second, and the figures of the
 * lesson page. `node scripts/record-default.mjs [name ...]`; run it again whenever a default, the engine or the lesson has changed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'scripts/cli.mjs');

/** The lesson's figures name their recording as `recording=recordings/<name>.json`; the race is the rest of the same link. */
function lessonRaces() {
  const html = readFileSync(join(root, 'public/lesson/index.html'), 'utf8');
  const links = [...html.matchAll(/<iframe\s[^>]*?src="([^"]*)"/g)].map(([, link]) => link.replaceAll('&amp;', '&'));
  return links.map((link) => {
    const name = /recording=recordings(?:%2F|\/)([\w-]+)\.json/.exec(link)?.[1];
    if (!name) throw new Error(`A figure of the lesson names no recording: ${link}`);
    return { name, link: link.slice(link.indexOf('#') + 1) };
  });
}

function run(args) {
  const { status } = spawnSync(process.execPath, [cli, ...args], { stdio: ['ignore', 'ignore', 'inherit'], cwd: root });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}.`);
}

const wanted = process.argv.slice(2);
const races = [{ name: 'default', link: 'v=1' }, ...lessonRaces()].filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const folder = mkdtempSync(join(tmpdir(), 'freestep-record-'));
mkdirSync(join(root, 'public/recordings'), { recursive: true });
try {
  for (const { name, link } of races) {
    const result = join(folder, `${name}.json`);
    const recording = join(root, `public/recordings/${name}.json`);
    run(['race', link, '--backend', 'wasm', '--out', result]);
    run(['record', result, '--out', recording]);
    console.log(`${name}: ${readFileSync(recording).length} bytes`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
