import { chromium } from '@playwright/test';
import { CHROMIUM_ARGS, launchOptions } from '../scripts/chromium.mjs';
import { expect, RacePage, TINY, test } from './fixtures.ts';

test.describe('without WebGPU', () => {
  test('the race runs on WASM and the page says why', async ({ site }) => {
    // Without this flag headless Chromium offers no adapter, as on a machine whose driver is blocked.
    const browser = await chromium.launch({ ...launchOptions(), args: CHROMIUM_ARGS.filter((arg) => !/webgpu/.test(arg)) });
    try {
      const race = new RacePage(await browser.newPage(), site.url);
      await race.open(TINY);
      await race.finishRace();
      const badge = race.page.getByRole('button', { name: /WASM/ });
      await badge.click();
      await expect(race.page.getByText(/Why: .*(adapter|WebGPU)/)).toBeVisible();
    } finally {
      await browser.close();
    }
  });

  for (const [device, width, height] of [
    ['desktop', 1440, 900],
    ['phone', 390, 844],
  ] as const) {
    test(`the note about it covers no chart and moves none on a ${device}`, async ({ site }) => {
      const browser = await chromium.launch({ ...launchOptions(), args: CHROMIUM_ARGS.filter((arg) => !/webgpu/.test(arg)) });
      try {
        const race = new RacePage(await browser.newPage({ viewport: { width, height } }), site.url);
        await race.open(`${TINY}&seeds=2`);
        const note = race.page.getByRole('region', { name: 'Without WebGPU' });
        await expect(note).toContainText('Races run on the processor here');
        expect(await note.evaluate((element) => Boolean(element.closest('.dock')))).toBe(false);
        const top = async () => (await race.chart('Loss').boundingBox())?.y;
        const withNote = await top();
        expect(withNote).toBeGreaterThan(0);
        await note.getByRole('button', { name: 'Dismiss' }).dispatchEvent('click');
        await expect(note).toBeHidden();
        expect(await top()).toBe(withNote);
      } finally {
        await browser.close();
      }
    });
  }

  test('a link that asks for WebGPU fails with a way out, and the way out works', async ({ site }) => {
    const browser = await chromium.launch({ ...launchOptions(), args: CHROMIUM_ARGS.filter((arg) => !/webgpu/.test(arg)) });
    try {
      const race = new RacePage(await browser.newPage(), site.url);
      await race.open(`${TINY}&backend=webgpu`);
      await race.button('Run').click();
      await race.expectState('failed');
      await expect(race.failure).toContainText(/WebGPU|adapter/);
      await race.button('Run on WASM instead').click();
      await race.expectState('finished');
    } finally {
      await browser.close();
    }
  });
});

test('each key of a bad link is named, and the rest is used', async ({ race, page }) => {
  await race.open('#v=1&workload=logistic,problem:iris&horizon=7&seeds=3&bogus=1&b=prodigy,d0:-1,dcoeff:2&theme=neon');
  const problems = page.getByRole('region', { name: 'Problems of this link' });
  for (const key of ['horizon', 'bogus', 'd0', 'dcoeff', 'theme']) await expect(problems).toContainText(key);
  await expect(problems).not.toContainText('seeds');
  await expect(problems).not.toContainText('workload');
  await expect(page.getByRole('complementary', { name: 'Settings' })).toContainText(/iris/i);
});

test('a missing data file is named, and the race runs once it is there', async ({ race, page, pageErrors }) => {
  await page.route('**/data/**/x.*', (route) => route.fulfill({ status: 404 }));
  await race.open(`${TINY}&backend=wasm`);
  await race.button('Run').click();
  await race.expectState('failed');
  await expect(race.failure).toContainText(/iris\/x/);
  await page.unroute('**/data/**/x.*');
  await race.button('Restart from the configuration').click();
  await race.expectState('finished');
  pageErrors.length = 0;
});

test('a damaged data file is refused, not trained on', async ({ race, page }) => {
  await page.route('**/data/**/x.*', async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body[0] = (body[0] ?? 0) ^ 1;
    await route.fulfill({ response, body });
  });
  await race.open(`${TINY}&backend=wasm`);
  await race.button('Run').click();
  await race.expectState('failed');
  await expect(race.failure).toContainText(/not the expected one: found SHA-256/);
});

test('a race that would not fit is refused with the setting to change', async ({ race }) => {
  await race.open(
    '#v=1&workload=digits,width:1024,depth:4&batch=512&seeds=8&racers=a~b~c~d~e~f~g~h&e=prodigy&f=prodigy&g=prodigy&h=prodigy',
  );
  await race.button('Run').click();
  await race.expectState('failed');
  await expect(race.failure).toContainText(/width|seeds|batch|depth/i);
});

test('a lost device ends the race with its curves kept and a restart offered', async ({ race, page, browser, pageErrors }) => {
  await race.open('#v=1&racers=a~b&horizon=1&backend=webgpu');
  await race.button('Run').click();
  await race.expectState('running');
  await expect(page.getByText(/step [1-9]\d* \//)).toBeVisible();
  const session = await browser.newBrowserCDPSession();
  // The GPU process dies as after a driver reset.
  await session.send('Browser.crashGpuProcess').catch(() => {});
  await race.expectState('failed');
  await expect(race.failure).toContainText(/lost|device/i);
  await expect(race.button('Restart from the configuration')).toBeVisible();
  await expect(page.locator('[aria-label="Loss"] svg path[stroke]').first()).toBeAttached();
  await race.button('Restart from the configuration').click();
  await expect(race.status).toHaveText(/loading|running|finished/);
  pageErrors.length = 0;
});

test('blocked storage is said and stops nothing', async ({ race, page }) => {
  await page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
    Object.defineProperty(window, 'localStorage', { get: refuse });
    Object.defineProperty(window, 'indexedDB', { get: refuse });
  });
  await race.open(`${TINY}&backend=wasm`);
  await race.finishRace();
  await race.button('History').click();
  await expect(page.getByRole('dialog')).toContainText(/storage|stored|kept/i);
});
