import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import { build } from 'vite';
import { launchOptions } from '../../../scripts/chromium.mjs';
import { tfjsWasmFiles } from '../../../scripts/vite/tfjs-wasm-files.ts';
import type {} from '../../bench/rivals/page.ts';
import { serveBuild } from './serve-build.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SOURCE = `${ROOT}src/bench/rivals`;
const BUILD = `${ROOT}node_modules/.cache/freestep-bench`;

/** The same build in two pages of one browser: as most hosts serve it, and cross-origin isolated, where libraries may use threads. */
export interface BenchPages {
  readonly plain: Page;
  readonly isolated: Page;
}

async function openPage(open: () => Promise<Page>, address: string): Promise<Page> {
  const page = await open();
  page.on('pageerror', ({ message }) => console.error(`page: ${message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`page: ${message.text()}`);
  });
  await page.goto(address);
  await page.waitForFunction(() => window.freestepBench !== undefined);
  return page;
}

/** Builds the page as it would be published and opens it twice in one headless Chromium. */
export async function withBenchPages<T>(use: (pages: BenchPages) => Promise<T>): Promise<T> {
  await build({
    root: SOURCE,
    configFile: false,
    base: './',
    // The data sets.
    publicDir: `${ROOT}public`,
    logLevel: 'error',
    plugins: [tfjsWasmFiles()],
    worker: { format: 'es' },
    // TensorFlow.js hands the text of a function to its threads, which minifying would break.
    build: { target: 'es2023', minify: false, outDir: BUILD, emptyOutDir: true, chunkSizeWarningLimit: 4000 },
  });
  const plain = await serveBuild(BUILD, false);
  const isolated = await serveBuild(BUILD, true);
  const browser = await chromium.launch(launchOptions());
  try {
    return await use({
      plain: await openPage(() => browser.newPage(), plain.address),
      isolated: await openPage(() => browser.newPage(), isolated.address),
    });
  } finally {
    await browser.close();
    await plain.close();
    await isolated.close();
  }
}
