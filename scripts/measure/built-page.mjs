/** The production build in a real Chromium, for the scripts that measure it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { launchOptions } from '../chromium.mjs';
import { root } from '../install.mjs';
import { serve } from '../serve.mjs';

/**
 * In the page: milliseconds after navigation start until the Loss chart has drawn a line, as `window.firstLine`.
 * Counted at the end of the frame that holds the line, when it is on screen.
 */
const NOTE_FIRST_LINE = () => {
  const hasLine = () =>
    [...document.querySelectorAll('[aria-label="Loss"] svg path')].some((path) => (path.getAttribute('d') ?? '').length > 100);
  window.firstLine = new Promise((resolve) => {
    const look = () => {
      if (!hasLine()) return requestAnimationFrame(look);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      port2.postMessage(null);
    };
    requestAnimationFrame(look);
  });
};

/** Calls `use({ browser, url, open })` with the build served on 127.0.0.1, and cleans up after it. */
export async function withBuiltPage(use) {
  const dist = join(root, 'dist');
  if (!existsSync(join(dist, 'index.html'))) throw new Error('There is no build to measure. Run npm run build first.');
  const site = await serve(dist);
  const browser = await chromium.launch(launchOptions());
  /** A page with nothing cached. */
  const newPage = async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(NOTE_FIRST_LINE);
    return page;
  };
  try {
    return await use({ browser, url: site.url, newPage, dist });
  } finally {
    await browser.close();
    await site.close();
  }
}

/** Prints `name: value unit (bar: < limit)` and returns whether the bar is met. */
export function report(name, value, unit, limit) {
  const isMet = value < limit;
  console.log(`${name}: ${value.toFixed(value < 10 ? 2 : 1)} ${unit} (bar: < ${limit} ${unit}) ${isMet ? 'ok' : 'TOO MUCH'}`);
  return isMet;
}

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
