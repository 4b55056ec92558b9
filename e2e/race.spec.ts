import { expect, LONG, TINY, test } from './fixtures.ts';

/** x0 = 0 gives every class the same probability, so the first loss on the three classes of iris is ln 3. */
const FIRST_LOSS = Math.log(3);

for (const backend of ['webgpu', 'wasm'] as const) {
  test(`the loss falls in a real race on ${backend}`, async ({ race, page }) => {
    await race.open(`${TINY}&backend=${backend}`);
    await race.expectState('idle');
    await race.finishRace();
    await expect(page.getByRole('banner')).toContainText(backend === 'webgpu' ? 'WebGPU' : 'WASM');

    const [header, ...rows] = await race.tableOf('Loss');
    expect(header).toEqual(['Step', 'AdamW', 'Prodigy']);
    for (const column of [1, 2]) {
      // Three significant digits are shown.
      expect(Number(rows[0]?.[column]), header?.[column]).toBeCloseTo(FIRST_LOSS, 2);
      expect(Number(rows.at(-1)?.[column]), header?.[column]).toBeLessThan(FIRST_LOSS - 0.01);
    }
  });
}

test('each racer has one line in the loss chart, which spans the race', async ({ race }) => {
  // A smoothed loss would be two lines per racer.
  await race.open(`${TINY}&backend=wasm&smoothing=0`);
  await race.finishRace();
  const chart = race.chart('Loss');
  await expect(chart.locator('svg g[clip-path] path[stroke]')).toHaveCount(2);
  await expect(chart.locator('svg text').filter({ hasText: /^(AdamW|Prodigy)$/ })).toHaveCount(2);
});

test('all five charts and the results are there before anything is pressed', async ({ race }) => {
  await race.open();
  for (const name of ['Loss', 'Metric', 'Distance estimate', 'Effective step size', 'Schedule'] as const) {
    await expect(race.chart(name)).toBeVisible();
  }
  await expect(race.results).toBeVisible();
});

test('a race can be paused, stepped once, resumed and reset', async ({ race, page }) => {
  await race.open(`${LONG}&backend=wasm`);
  await race.button('Step').click();
  await race.expectState('paused');
  await expect(page.getByText(/^step 1 \//)).toBeVisible();
  await race.button('Step').click();
  await expect(page.getByText(/^step 2 \//)).toBeVisible();
  await race.button('Run').click();
  await race.expectState('running');
  await race.button('Pause').click();
  await race.expectState('paused');
  await race.button('Reset').click();
  await race.expectState('idle');
  await expect(race.button('Run')).toBeEnabled();
});
