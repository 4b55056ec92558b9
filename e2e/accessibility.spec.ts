import { expectAccessible } from './axe.ts';
import { expect, TINY, test } from './fixtures.ts';

test.describe('axe finds nothing in either theme', () => {
  test('on the page as it opens', async ({ race, page }) => {
    await race.open();
    await expect(page.getByRole('complementary', { name: 'Settings' })).toContainText(/seed/i);
    await expectAccessible(page, 'the page as it opens');
  });

  test('after a race, with every chart as a table', async ({ race, page }) => {
    await race.open(`${TINY}&backend=wasm`);
    await race.finishRace();
    await expectAccessible(page, 'a finished race');
    const toggles = page.getByRole('button', { name: 'table', exact: true });
    for (let index = 0; index < (await toggles.count()); index++) await toggles.nth(index).click();
    await expectAccessible(page, 'charts as tables');
  });

  test('on any dialog, which gives the focus back when it closes', async ({ race, page }) => {
    test.setTimeout(120_000);
    await race.open();
    for (const name of ['Share', 'Embed', 'Export', 'History', 'Help']) {
      await race.button(name).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(page, `the ${name} dialog`);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
      await expect(race.button(name)).toBeFocused();
    }
  });

  test('on a link with mistakes', async ({ race, page }) => {
    await race.open('#v=1&nonsense=1&seeds=99');
    await expect(page.getByRole('region', { name: 'Problems of this link' })).toBeVisible();
    await expectAccessible(page, 'a link with mistakes');
  });

  test('on a failed race', async ({ race, page, pageErrors }) => {
    await page.route('**/data/**', (route) => route.fulfill({ status: 404 }));
    await race.open(`${TINY}&backend=wasm`);
    await race.button('Run').click();
    await race.expectState('failed');
    await expectAccessible(page, 'a failed race');
    pageErrors.length = 0;
  });

  test('on a phone, with and without the settings', async ({ race, page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await race.open();
    await expectAccessible(page, 'the phone layout');
    await race.button('Settings').click();
    await expect(page.getByRole('dialog')).toContainText(/seed/i);
    await expectAccessible(page, 'the settings sheet');
  });

  test('on the lesson, and on what its embeds show', async ({ race, page, site }) => {
    test.setTimeout(120_000);
    await page.goto(`${site.url}lesson/`);
    const figures = await page.locator('iframe').all();
    expect(figures.length).toBeGreaterThan(0);
    const addresses = await Promise.all(figures.map((figure) => figure.evaluate((element) => (element as HTMLIFrameElement).src)));
    await expectAccessible(page, 'the lesson');
    for (const address of addresses) {
      await page.goto('about:blank');
      await page.goto(address);
      await expect(race.status).toBeVisible();
      await expectAccessible(page, `the embed ${address}`);
    }
  });
});
