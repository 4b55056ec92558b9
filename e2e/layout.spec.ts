import { expect, TINY, test } from './fixtures.ts';

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('nothing scrolls sideways, before and after a race', async ({ race, page }) => {
    await race.open(`${TINY}&backend=wasm`);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await overflow()).toBe(0);
    await race.finishRace();
    expect(await overflow()).toBe(0);
  });

  test('touch targets of the toolbar are at least 44 px', async ({ race }) => {
    await race.open();
    for (const name of ['Run', 'Step', 'Share', 'Embed', 'Export', 'Settings']) {
      const box = await race.button(name).boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0), name).toBeGreaterThanOrEqual(44);
    }
  });

  test('the charts come before the settings, which open from a button', async ({ race, page }) => {
    await race.open();
    await expect(race.chart('Loss')).toBeVisible();
    await expect(page.getByRole('complementary', { name: 'Settings' })).toBeHidden();
    await race.button('Settings').click();
    await expect(page.getByRole('dialog')).toContainText(/seed/i);
  });
});

test('nothing scrolls sideways at 1440 pixels after a race', async ({ race, page }) => {
  await race.open(`${TINY}&backend=wasm`);
  await race.finishRace();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});

test('nothing moves when a race starts', async ({ race, page }) => {
  await race.open(`${TINY}&backend=wasm`);
  await expect(page.getByRole('complementary', { name: 'Settings' })).toContainText(/seed/i);
  await page.evaluate(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: false });
  });
  await race.finishRace();
  const total = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0));
  // Chrome calls 0.1 good for a whole visit; text that changes within its line adds a little.
  expect(total).toBeLessThan(0.02);
});
