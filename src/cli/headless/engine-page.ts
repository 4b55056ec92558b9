import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { launchOptions } from '../../../scripts/chromium.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PAGE = 'headless-engine';
/** Bundling TensorFlow.js for the page takes seconds the first time; on a busy machine it may take ten times as long. */
const START_TIMEOUT_MS = 120_000;

/** Serves the engine's sources on a free port of this machine, with a page that runs one module. */
async function serve(module: string): Promise<{ readonly address: string; close(): Promise<void> }> {
  const html = `<!doctype html><title>Freestep engine</title><script type="module" src="${module}"></script>`;
  const page = (server: ViteDevServer): void => {
    server.middlewares.use((request, response, next) => {
      if (request.url?.split('?')[0] !== `/${PAGE}`) return next();
      response.setHeader('Content-Type', 'text/html');
      response.end(html);
    });
  };
  const server = await createServer({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    cacheDir: 'node_modules/.vite-headless',
    server: { host: '127.0.0.1', port: 0, hmr: false, ws: false, watch: null },
    // Found up front: a dependency that vite discovers in mid-run reloads the page under the race.
    optimizeDeps: {
      noDiscovery: true,
      include: [
        '@tensorflow/tfjs-core',
        '@tensorflow/tfjs-core/dist/register_all_gradients.js',
        '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js',
        '@tensorflow/tfjs-backend-webgpu',
        '@tensorflow/tfjs-backend-wasm',
        '@noble/hashes/sha2.js',
        '@noble/hashes/utils.js',
        'valibot',
      ],
    },
    plugins: [{ name: 'headless-engine', configureServer: page }],
  });
  await server.listen();
  const address = server.resolvedUrls?.local[0];
  if (address === undefined) throw new Error('The development server has no address.');
  return { address: `${address}${PAGE}`, close: () => server.close() };
}

/**
 * Opens `module` (a path below the repository, e.g. '/src/cli/race/page.ts') in headless Chromium with WebGPU and hands the page to `use`.
 * The module says that it is ready by setting `window.isFreestepReady`. Functions in `exposed` are callable from the page.
 */
export async function withEnginePage<T>(
  module: string,
  exposed: Readonly<Record<string, (...args: never[]) => unknown>>,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const { address, close } = await serve(module);
  try {
    const browser = await chromium.launch(launchOptions());
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      for (const [name, callback] of Object.entries(exposed)) await page.exposeFunction(name, callback);
      await page.goto(address, { timeout: START_TIMEOUT_MS });
      try {
        await page.waitForFunction(() => window.isFreestepReady === true, null, { timeout: START_TIMEOUT_MS });
      } catch (error) {
        throw new Error(`The engine's page did not start. ${problems.join(' ')}`, { cause: error });
      }
      return await use(page);
    } finally {
      await browser.close();
    }
  } finally {
    await close();
  }
}
