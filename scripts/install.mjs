/** Makes a fresh clone usable: packages as locked, and a full Chromium for the tests. Plain Node, no packages. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const MIN_NODE = [20, 19];

/** Runs a program with the terminal's own input and output; true when it succeeded. */
export function run(command, args, env = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  return result.status === 0;
}

/** Runs a program beside others, each of its lines with its name in front; resolves with whether it succeeded. */
export function runBeside(name, command, args, env = {}) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => console.log(`${name} | ${line}`));
  }
  return new Promise((resolve) => {
    child.on('close', (code) => resolve(code === 0));
    child.on('error', (error) => {
      console.error(error.message);
      resolve(false);
    });
  });
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [minMajor, minMinor] = MIN_NODE;
  if (major < minMajor || (major === minMajor && minor < minMinor)) {
    throw new Error(`Node ${process.versions.node} is too old: Freestep needs Node ${MIN_NODE.join('.')} or newer (https://nodejs.org).`);
  }
}

/** True when every package of the lock file is there in its version; packages for other platforms may be missing. */
function isInstalled() {
  const installedFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(locked).every(([path, { version, optional, peer }]) => {
    if (path === '') return true;
    if (!installed[path]) return Boolean(optional || peer);
    return installed[path].version === version;
  });
}

/** Installs the packages as locked, unless they are there already. */
export function installPackages() {
  checkNode();
  if (isInstalled()) return;
  console.log('Installing packages (npm ci) ...');
  if (!run('npm', ['ci', '--no-audit', '--no-fund'])) {
    throw new Error('npm ci failed. Its messages above say why; without a network the packages cannot be installed.');
  }
}

/** Finds a full Chromium or installs one: Debian's package where this process may, else Playwright's download. */
export function installBrowser() {
  if (findChromium()) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium (apt-get) ...');
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-qq'], env);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], env);
    if (findChromium()) return;
  }
  console.log("Installing Playwright's Chromium ...");
  if (run('npx', ['playwright', 'install', '--no-shell', 'chromium'])) return;
  throw new Error(
    'No Chromium for the tests. Install one (Debian: apt-get install chromium), or set CHROMIUM to the path of a Chromium or Chrome binary, and run npm test again.',
  );
}
