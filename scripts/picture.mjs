#!/usr/bin/env node
/** Makes docs/race.png: the built page after a live run of its default race. `node scripts/picture.mjs [link]` */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';
import { withBuiltPage } from './measure/built-page.mjs';

await withBuiltPage(async ({ newPage, url }) => {
  const page = await newPage();
  await page.setViewportSize({ width: 1440, height: 1240 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${url}${process.argv[2] ?? '#v=1&backend=wasm'}`);
  await page.getByRole('region', { name: 'Introduction' }).getByRole('button', { name: 'Dismiss' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('status').getByText('finished').waitFor({ timeout: 300_000 });
  // One chart per frame in turn: the last ones come after the race.
  await page.waitForTimeout(2000);
  mkdirSync(join(root, 'docs'), { recursive: true });
  await page.screenshot({ path: join(root, 'docs/race.png') });
});
