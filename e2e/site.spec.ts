import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from '../scripts/serve.mjs';
import { expect, RacePage, TINY, test } from './fixtures.ts';

const htmlFiles = () => readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));

test('every page forbids inline and foreign scripts, and has none', () => {
  expect(htmlFiles()).toContain('index.html');
  for (const file of htmlFiles()) {
    const html = readFileSync(join('dist', file), 'utf8');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1];
    expect(scripts, file).toBe("'self' 'wasm-unsafe-eval'");
    expect(html.match(/<script(?![^>]*\ssrc=)[^>]*>/g) ?? [], `inline scripts of ${file}`).toEqual([]);
    expect(html.match(/\son[a-z]+="/g) ?? [], `inline handlers of ${file}`).toEqual([]);
  }
});

test('the page asks no other host for anything', async ({ race, page, site }) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(site.url) && !/^(about|data|blob):/.test(url)) foreign.push(url);
  });
  await race.open(`${TINY}&backend=wasm`);
  await race.finishRace();
  expect(foreign).toEqual([]);
});

test('every link of every page leads somewhere', async ({ page, site }) => {
  for (const file of htmlFiles()) {
    await page.goto(`${site.url}${file}`);
    await page.waitForLoadState('networkidle');
    const links = await page.locator('a[href]').evaluateAll((anchors) => anchors.map((anchor) => (anchor as HTMLAnchorElement).href));
    for (const link of new Set(links.map((href) => href.split('#')[0] ?? '').filter((href) => href.startsWith(site.url)))) {
      expect((await page.request.get(link)).status(), link).toBe(200);
    }
  }
});

test('the third-party notices are linked and name what the page is built on', async ({ race, page }) => {
  await race.open();
  const href = await page.getByRole('link', { name: /third-party notices/i }).getAttribute('href');
  const text = await (await page.request.get(new URL(href ?? '', race.url).href)).text();
  for (const name of ['@tensorflow/tfjs-core', 'react', 'recharts']) expect(text).toContain(`\n${name} `);
});

test('the build works under any path', async ({ page }) => {
  const { url, close } = await serve('.');
  try {
    const race = new RacePage(page, `${url}dist/`);
    await race.open(`${TINY}&backend=wasm`);
    await race.finishRace();
  } finally {
    await close();
  }
});
