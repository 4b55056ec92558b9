#!/usr/bin/env node
/**
 * Runs one command line entry: `node scripts/cli.mjs <name> [args]` calls `main(args)` of src/cli/<name>.ts and exits with its code.
 * Vite loads the sources, so that `?raw` shaders, JSON and TypeScript mean the same in Node as in the page.
 */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [name, ...args] = process.argv.slice(2);

function commandNames() {
  const folder = join(root, 'src/cli');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /^[a-z-]+\.ts$/.test(file))
    .map((file) => file.slice(0, -'.ts'.length));
}

async function run() {
  if (!name || !commandNames().includes(name)) {
    console.error(`${name ? `There is no command "${name}".` : 'No command given.'} Commands: ${commandNames().join(', ')}`);
    return 2;
  }
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
    // Packages are left to Node's own loader: one copy of each, and a start in half a second.
    ssr: { external: true },
  });
  try {
    const { main } = await server.ssrLoadModule(`/src/cli/${name}.ts`);
    return await main(args);
  } catch (error) {
    if (error instanceof Error) server.ssrFixStacktrace(error);
    console.error(error);
    return 1;
  } finally {
    await server.close();
  }
}

const code = await run();
// Open handles of a backend or a browser must not keep the process alive; pending output must still get out.
process.stdout.write('', () => process.exit(code));
