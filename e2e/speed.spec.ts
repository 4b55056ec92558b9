import { EIGHT_RACERS, mainThreadTasks, TRACE_CATEGORIES } from '../scripts/measure/main-thread.mjs';
import { expect, test } from './fixtures.ts';

test('a recorded run is on screen within a second of navigation', async ({ race, page }) => {
  await page.addInitScript(() => {
    const look = () => {
      const paths = [...document.querySelectorAll('[aria-label="Loss"] svg path')];
      if (paths.some((path) => (path.getAttribute('d') ?? '').length > 100)) performance.mark('first line');
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const loads: number[] = [];
  // The best of five: another process on the machine can slow a load, but nothing makes a slow page fast.
  while (loads.length < 5 && Math.min(...loads) >= 1000) {
    await race.open();
    await page.waitForFunction(() => performance.getEntriesByName('first line').length > 0);
    loads.push(await page.evaluate(() => performance.getEntriesByName('first line')[0]?.startTime ?? Number.NaN));
  }
  expect(Math.min(...loads), `milliseconds of ${loads.length} loads`).toBeLessThan(1000);
});

test('no task keeps the page from answering while eight runs train', async ({ race, browser, page }) => {
  await race.open(`${EIGHT_RACERS}&backend=wasm`);
  await race.button('Run').click();
  await race.expectState('running');
  await page.waitForTimeout(1000);
  await browser.startTracing(page, { categories: TRACE_CATEGORIES });
  await page.waitForTimeout(5000);
  await expect(race.status).toHaveText('running');
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8'));
  // Processor time, which other processes cannot lengthen; scripts/measure-responsiveness.mjs measures wall time on a quiet machine.
  expect(Math.max(...mainThreadTasks(traceEvents).map(({ cpuMs }) => cpuMs))).toBeLessThan(50);
});
