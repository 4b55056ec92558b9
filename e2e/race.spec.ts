import { expect, TINY, test } from './fixtures.ts';

/** x0 = 0 gives every class the same probability, so the first loss on the three classes of iris is ln 3. */
const FIRST_LOSS = Math.log(3);

for (const backend of ['webgpu', 'wasm'] as const) {
  test(`the loss falls in a real race on ${backend}`, async ({ race, page }) => {
    await race.open(`${TINY}&backend=${backend}`);
    await race.expectState('idle');
    await race.finishRace();

    const headers = await race.results.getByRole('columnheader').allTextContents();
    const column = headers.findIndex((header) => /final loss/i.test(header));
    expect(column, `a column for the final loss among ${headers.join(' | ')}`).toBeGreaterThan(0);
    const rows = race.results.getByRole('row').filter({ hasText: /AdamW|Prodigy/ });
    await expect(rows).toHaveCount(2);
    const adamw = rows.filter({ hasText: 'AdamW' });
    const cells = adamw.locator('th, td');
    const finalLoss = Number.parseFloat((await cells.nth(column).textContent()) ?? '');
    expect(finalLoss).toBeLessThan(FIRST_LOSS);
    expect(finalLoss).toBeGreaterThan(0);
    await expect(page.getByRole('banner')).toContainText(backend === 'webgpu' ? 'WebGPU' : 'WASM');
  });
}

test('all five charts and the results are there before anything is pressed', async ({ race }) => {
  await race.open();
  for (const name of ['Loss', 'Metric', 'Distance estimate', 'Effective step size', 'Schedule'] as const) {
    await expect(race.chart(name)).toBeVisible();
  }
  await expect(race.results).toBeVisible();
});

test('a race can be paused, stepped once, resumed and reset', async ({ race, page }) => {
  await race.open(`#v=1&workload=logistic,problem:iris&racers=a~b&horizon=1&backend=wasm`);
  await race.button('Step').click();
  await race.expectState('paused');
  await expect(page.getByText(/step 1\b/)).toBeVisible();
  await race.button('Step').click();
  await expect(page.getByText(/step 2\b/)).toBeVisible();
  await race.button('Run').click();
  await race.expectState('running');
  await race.button('Pause').click();
  await race.expectState('paused');
  await race.button('Reset').click();
  await race.expectState('idle');
  await expect(race.button('Run')).toBeEnabled();
});
