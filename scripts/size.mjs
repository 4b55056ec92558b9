#!/usr/bin/env node
/**
 * JavaScript that the page loads before its first chart is drawn, in brotli bytes as a host would send them: `npm run size`.
 * What a real load requested counts, so a chunk fetched by an import() on the way is in and a dialog is not.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { report, withBuiltPage } from './measure/built-page.mjs';

const LIMIT_KB = 260;

const isMet = await withBuiltPage(async ({ newPage, url, dist }) => {
  const page = await newPage();
  const scripts = new Set();
  page.on('request', (request) => {
    // A worker's own script and modules have another type or come from its own thread; only the page's are counted.
    if (request.resourceType() === 'script' && request.url().startsWith(url)) scripts.add(request.url().slice(url.length));
  });
  await page.goto(url);
  await page.evaluate(() => window.firstLine);
  const sizes = [...scripts].map((file) => {
    const content = readFileSync(join(dist, file));
    return { file, bytes: content.byteLength, brotli: brotliCompressSync(content).byteLength };
  });
  for (const { file, bytes, brotli } of sizes.sort((a, b) => b.brotli - a.brotli)) {
    console.log(`${(brotli / 1000).toFixed(1).padStart(8)} kB brotli ${(bytes / 1000).toFixed(1).padStart(8)} kB  ${file}`);
  }
  return report('page JavaScript before the first chart', sizes.reduce((sum, { brotli }) => sum + brotli, 0) / 1000, 'kB', LIMIT_KB);
});
process.exitCode = isMet ? 0 : 1;
