import { expect, test } from './fixtures.ts';

test('a recorded run is on screen within a second of navigation', async ({ race, page }) => {
  await page.addInitScript(() => {
    const look = () => {
      const hasLine = [...document.querySelectorAll('[aria-label="Loss"] svg path')].some(
        (path) => (path.getAttribute('d') ?? '').length > 100,
      );
      if (hasLine) performance.mark('first line');
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await race.open();
  await page.waitForFunction(() => performance.getEntriesByName('first line').length > 0);
  const ms = await page.evaluate(() => performance.getEntriesByName('first line')[0]?.startTime ?? Number.NaN);
  // The bar is 1 s, measured alone by scripts/measure-first-chart.mjs; other tests may still be letting go of the cores here.
  expect(ms).toBeLessThan(2000);
});

test('the page stays responsive while eight runs train', async ({ race, page }) => {
  await race.open('#v=1&horizon=1&seeds=2&backend=webgpu');
  await race.button('Run').click();
  await race.expectState('running', 60_000);
  await page.waitForTimeout(1000);
  const longest = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let worst = 0;
        const observer = new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) worst = Math.max(worst, duration);
        });
        observer.observe({ type: 'longtask' });
        setTimeout(() => {
          observer.disconnect();
          resolve(worst);
        }, 5000);
      }),
  );
  await expect(race.status).toHaveText('running');
  // The bar is 50 ms, measured by scripts/measure-responsiveness.mjs; here trainer, GPU process and page share two cores with the test runner.
  expect(longest).toBeLessThan(100);
});
