import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, LONG, TINY, test } from './fixtures.ts';

const EMBED = `${TINY}&backend=wasm&embed=1&hide=metric~step~schedule~results~headline`;

test('an embed shows what its author left visible and runs', async ({ race, page }) => {
  await race.open(`${EMBED}~controls`);
  await expect(race.chart('Loss')).toBeVisible();
  await expect(race.chart('Distance estimate')).toBeVisible();
  for (const name of ['Metric', 'Effective step size', 'Schedule'] as const) await expect(race.chart(name)).toBeHidden();
  await expect(page.getByRole('banner')).toBeHidden();
  await expect(race.button('Share')).toBeHidden();
  await expect(page.getByText('Settings', { exact: true })).toBeHidden();
  await race.finishRace();
  await expect(page.getByRole('link', { name: 'Open in Freestep' })).toHaveAttribute(
    'href',
    /#v=1&workload=logistic,problem:iris(?!.*embed)/,
  );
});

test('locked settings can be read but not changed', async ({ race, page }) => {
  await race.open(`${EMBED}&lock=workload~horizon`);
  await page.getByText('Settings', { exact: true }).click();
  await expect(page.getByRole('combobox', { name: 'Problem' })).toBeDisabled();
  await expect(page.getByRole('group', { name: /^horizon, locked/ }).getByRole('slider')).toBeDisabled();
  await expect(
    page
      .getByRole('group', { name: 'seeds' })
      .getByRole('slider')
      .or(page.getByRole('group', { name: 'seeds' }).getByRole('textbox'))
      .first(),
  ).toBeEnabled();
});

test('a race pauses when its figure is out of view and goes on when it is back', async ({ race, page, site }) => {
  await race.open();
  const src = `${site.url}${LONG}&backend=wasm&embed=1&hide=metric~step~schedule~results~headline~controls`;
  await page.setContent(`<iframe src="${src}" width="700" height="600"></iframe><div style="height: 5000px"></div>`);
  const frame = page.frameLocator('iframe');
  const status = frame.getByRole('status');
  await frame.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(status).toHaveText('running', { timeout: 45_000 });
  await page.evaluate(() => scrollTo(0, 3000));
  await expect(status).toHaveText('paused');
  await page.evaluate(() => scrollTo(0, 0));
  await expect(status).toHaveText('running');
});

test('a recording that is none, or too large, is refused by name and the race can still be run', async ({ race, page, pageErrors }) => {
  for (const [body, reason] of [
    ['<!doctype html><p>not here', 'not JSON'],
    ['x'.repeat(100_001), 'larger than 100 kB'],
    ['{"format":"freestep-recording","version":9}', 'not a recording that this version'],
  ] as const) {
    await page.route('**/other.json', (route) => route.fulfill({ body, contentType: 'application/json' }));
    await race.open(`${EMBED}&recording=recordings%2Fother.json`);
    const problems = page.getByRole('region', { name: 'Problems of this link' });
    await expect(problems).toContainText('recording');
    await expect(problems).toContainText(reason);
    await expect(race.button('Run')).toBeEnabled();
    await page.unroute('**/other.json');
  }
  pageErrors.length = 0;
});

test('the Embed dialog makes a snippet whose preview is what it promises', async ({ race, page }) => {
  await race.open(`${TINY}&backend=wasm`);
  await race.button('Embed').click();
  const dialog = page.getByRole('dialog');
  const preview = dialog.frameLocator('iframe[title="Preview of the embed"]');
  await expect(preview.getByRole('region', { name: 'Loss', exact: true })).toBeVisible();
  await expect(preview.getByRole('region', { name: 'Schedule', exact: true })).toBeHidden();
  await dialog.getByRole('checkbox', { name: 'Schedule' }).click();
  await expect(preview.getByRole('region', { name: 'Schedule', exact: true })).toBeVisible();

  const warning = dialog.getByText('Readers cannot start this figure');
  await expect(warning).toBeHidden();
  await dialog.getByRole('checkbox', { name: 'Run, Step, Reset' }).click();
  await expect(warning).toBeVisible();
  await dialog.getByRole('checkbox', { name: 'Run, Step, Reset' }).click();
  await expect(warning).toBeHidden();

  const locks = dialog.getByRole('group', { name: /^Lock/ });
  await expect(locks).toBeHidden();
  await dialog.getByRole('checkbox', { name: 'Settings' }).click();
  await expect(locks.getByRole('checkbox')).toHaveCount(6);
  await locks.getByRole('checkbox', { name: 'Seeds' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Snippet' })).toHaveValue(/&amp;lock=seeds/);

  const snippet = await dialog.getByRole('textbox', { name: 'Snippet' }).inputValue();
  expect(snippet).toMatch(
    /^<iframe src="http[^"]*embed=1[^"]*hide=[^"]*" title="Freestep: Logistic regression[^"]*" width="100%" height="\d+"/,
  );
  // A page of another origin; a server of its own, because Chromium lets only local pages frame a local one.
  const teacher = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(`<!doctype html>${snippet}`)).listen(
    0,
    '127.0.0.1',
  );
  try {
    await once(teacher, 'listening');
    await page.goto(`http://127.0.0.1:${(teacher.address() as AddressInfo).port}/lesson.html`);
    await expect(page.frameLocator('iframe').getByRole('region', { name: 'Schedule', exact: true })).toBeVisible();
  } finally {
    teacher.close();
  }
});

test('the example lesson shows three recorded races', async ({ page, site }) => {
  await page.goto(`${site.url}lesson/index.html`);
  const figures = page.locator('iframe');
  await expect(figures).toHaveCount(3);
  for (const index of [0, 1, 2]) {
    const figure = figures.nth(index);
    await figure.scrollIntoViewIfNeeded();
    const frame = figure.contentFrame();
    await expect(frame.getByText('recorded run')).toBeVisible();
    await expect(frame.getByRole('region', { name: 'Problems of this link' })).toBeHidden();
    await expect(frame.locator('section.chart svg g[clip-path] path[stroke]').first()).toBeAttached();
  }
});
