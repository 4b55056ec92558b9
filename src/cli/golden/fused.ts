import { fileURLToPath } from 'node:url';
import { chromium, type JSHandle, type Page } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { launchOptions } from '../../../scripts/chromium.mjs';
import type { PageStepper } from './fused-page.ts';
import type { GoldenStepper } from './stepper.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PAGE = 'golden-fused';
const HTML = '<!doctype html><title>Golden replay</title><script type="module" src="/src/cli/golden/fused-page.ts"></script>';
/** Serving and loading the modules takes seconds; on a busy machine it may take ten times as long. */
const START_TIMEOUT_MS = 60_000;

interface Session {
  readonly stepper: JSHandle<PageStepper>;
  close(): Promise<void>;
}

/** The fused kernels behind the replay, in a headless Chromium that starts with the first batch. `begin` throws if it has no WebGPU. */
export function fusedStepper(): GoldenStepper {
  let session: Promise<Session> | null = null;
  const remote = async () => {
    session ??= openSession();
    return (await session).stepper;
  };
  return {
    async begin(batch) {
      await (await remote()).evaluate((stepper, given) => stepper.begin(given), batch);
    },
    async step(grads, objective) {
      const given = { grads: Array.from(grads), objective: Array.from(objective) };
      const { params, scalars } = await (await remote()).evaluate((stepper, lists) => stepper.step(lists.grads, lists.objective), given);
      return { params: Float64Array.from(params), scalars };
    },
    async evalPoints() {
      return Float64Array.from(await (await remote()).evaluate((stepper) => stepper.evalPoints()));
    },
    async status() {
      return (await remote()).evaluate((stepper) => stepper.status());
    },
    async slots() {
      return (await remote()).evaluate((stepper) => stepper.slots());
    },
    async end() {
      await (await remote()).evaluate((stepper) => stepper.end());
    },
    async close() {
      const opened = session;
      session = null;
      // A session that did not open has closed its parts and told whoever began a batch.
      await opened?.then(
        (running) => running.close(),
        () => {},
      );
    },
  };
}

/** Serves the page on a free port of this machine and opens it. */
async function openSession(): Promise<Session> {
  const server = await createServer({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    cacheDir: 'node_modules/.vite-golden',
    server: { host: '127.0.0.1', port: 0, hmr: false, ws: false, watch: null },
    // The page needs no package; looking for some would only delay it.
    optimizeDeps: { noDiscovery: true, include: [] },
    plugins: [{ name: 'golden-page', configureServer: servePage }],
  });
  const closing: (() => Promise<void>)[] = [() => server.close()];
  const close = async () => {
    for (const part of closing.splice(0).reverse()) await part();
  };
  try {
    await server.listen();
    const address = server.resolvedUrls?.local[0];
    if (address === undefined) throw new Error('The development server has no address.');
    const browser = await chromium.launch(launchOptions());
    closing.push(() => browser.close());
    return { stepper: await openPage(await browser.newPage(), `${address}${PAGE}`), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPage(page: Page, address: string): Promise<JSHandle<PageStepper>> {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('requestfailed', (request) => problems.push(`${request.url()} could not be loaded`));
  await page.goto(address);
  try {
    await page.waitForFunction(() => window.goldenStepper !== undefined, null, { timeout: START_TIMEOUT_MS });
    return await page.evaluateHandle(() => {
      if (!window.goldenStepper) throw new Error('The page has no stepper.');
      return window.goldenStepper;
    });
  } catch (error) {
    throw new Error(`The page with the fused kernels did not start: ${[...problems, String(error)].join('; ')}`);
  }
}

function servePage(server: ViteDevServer): void {
  server.middlewares.use(`/${PAGE}`, (_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(HTML);
  });
}
