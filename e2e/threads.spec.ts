import { expect, test } from './fixtures.ts';

/** Eight runs, each worth a share of a thread. */
const EIGHT = '#v=1&workload=digits,width:64,depth:2&racers=a~b&seeds=4&horizon=0.1&backend=wasm';

test('a race on several threads has the bits that it has on one, where no header isolates the page', async ({ race, page }) => {
  await race.open(EIGHT);
  test.skip(await page.evaluate(() => navigator.hardwareConcurrency < 2), 'this machine has one core');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await race.finishRace();
  await expect(page.getByRole('banner')).toContainText(/up to \d+ threads/);
  await race.button('Share').click();
  const dialog = page.getByRole('dialog');
  const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue();

  await page.route('**/*', async (route) => {
    const response = await route.fetch();
    const { 'cross-origin-opener-policy': _opener, 'cross-origin-embedder-policy': _embedder, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
  await page.goto('about:blank');
  await page.goto(link);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  const note = page.getByRole('region', { name: 'Shared run' });
  await note.getByRole('button', { name: 'Run and compare' }).click();
  await race.expectState('finished');
  await expect(page.getByRole('banner')).toContainText('1 thread');
  await expect(note).toContainText('Identical: all 64 shared losses came out with the same bits.');
});
