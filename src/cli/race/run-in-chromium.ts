import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { launchOptions } from '../../../scripts/chromium.mjs';
import type { RaceConfig } from '../../engine/config.ts';
import type { RaceResultJson } from '../../engine/result-json.ts';
import { REPORT_EVERY_MS, type ReportProgress } from './run-here.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PAGE = 'headless-race';
const HTML = '<!doctype html><title>Headless race</title><script type="module" src="/src/cli/race/headless-page.ts"></script>';
/** Bundling TensorFlow.js for the page takes seconds the first time; on a busy machine it may take ten times as long. */
const START_TIMEOUT_MS = 120_000;

function servePage(server: ViteDevServer): void {
  server.middlewares.use((request, response, next) => {
    if (request.url?.split('?')[0] !== `/${PAGE}`) return next();
    response.setHeader('Content-Type', 'text/html');
    response.end(HTML);
  });
}

/** A server of the engine's sources on a free port of this machine. */
export async function serveEngine(): Promise<{ readonly address: string; close(): Promise<void> }> {
  const server = await createServer({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    cacheDir: 'node_modules/.vite-race',
    server: { host: '127.0.0.1', port: 0, hmr: false, ws: false, watch: null },
    // Found up front: a dependency that vite discovers in mid-run reloads the page under the race.
    optimizeDeps: {
      noDiscovery: true,
      include: [
        '@tensorflow/tfjs',
        '@tensorflow/tfjs-backend-webgpu',
        '@tensorflow/tfjs-backend-wasm',
        '@noble/hashes/sha2.js',
        '@noble/hashes/utils.js',
        'valibot',
      ],
    },
    plugins: [{ name: 'headless-race', configureServer: servePage }],
  });
  await server.listen();
  const address = server.resolvedUrls?.local[0];
  if (address === undefined) throw new Error('The development server has no address.');
  return { address: `${address}${PAGE}`, close: () => server.close() };
}

/** Runs a race on WebGPU in headless Chromium, with the same engine. Rejects with the page's own words when it fails. */
export async function runInChromium(
  config: RaceConfig,
  stepLimit: number | null,
  version: string,
  onProgress: ReportProgress,
): Promise<RaceResultJson> {
  const { address, close } = await serveEngine();
  try {
    const browser = await chromium.launch(launchOptions());
    try {
      const page = await browser.newPage();
      await page.exposeFunction('freestepProgress', onProgress);
      await page.goto(address, { timeout: START_TIMEOUT_MS });
      await page.waitForFunction(() => typeof window.freestepRace === 'function', null, { timeout: START_TIMEOUT_MS });
      return await page.evaluate((request) => window.freestepRace(request), { config, stepLimit, version, reportEveryMs: REPORT_EVERY_MS });
    } finally {
      await browser.close();
    }
  } finally {
    await close();
  }
}
