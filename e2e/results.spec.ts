import { expect, test } from './fixtures.ts';

/** Two seeds, and labels that are long: what makes the table wide. */
const WIDE =
  '#v=1&workload=logistic,problem:iris&seeds=2&horizon=0.1&backend=wasm&racers=a~b~c&b=prodigy,d0:1e-8,weightDecay:0.1&c=mechanicAdamw,sInit:1e-7,weightDecay:0.1';

test.use({ viewport: { width: 1440, height: 900 } });

test('diagnosis and Why are in view at 1440 pixels without scrolling the table', async ({ race }) => {
  await race.open(WIDE);
  await race.finishRace();
  await expect(race.results.getByRole('columnheader', { name: 'Diagnosis' })).toBeVisible();
  const whys = race.results.getByRole('button', { name: /^Why/ });
  await expect(whys).toHaveCount(3);
  for (const why of await whys.all()) {
    await why.scrollIntoViewIfNeeded();
    const box = await why.boundingBox();
    expect((box?.x ?? Number.NaN) + (box?.width ?? Number.NaN)).toBeLessThanOrEqual(1440);
  }
  const scroller = race.results.locator('..');
  expect(await scroller.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the best metric and the steps come first, and explanations stay in view while the table scrolls', async ({ race }) => {
    await race.open(WIDE);
    await race.finishRace();
    const headers = await race.results.getByRole('columnheader').allTextContents();
    expect(headers.slice(0, 3)).toEqual(['Racer', expect.stringMatching(/^Best /), 'To target']);
    expect(headers.join()).not.toContain('alone');
    const steps = await race.results.getByRole('columnheader', { name: 'steps', exact: true }).boundingBox();
    expect((steps?.x ?? Number.NaN) + (steps?.width ?? Number.NaN)).toBeLessThanOrEqual(390);

    await race.results.getByRole('button', { name: /^Why, Prodigy/ }).click();
    const sentence = race.results.getByText(/^At step \d+ its measured step/);
    const scroller = race.results.locator('..');
    expect(await scroller.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeGreaterThan(50);
    await scroller.evaluate((element) => element.scrollTo({ left: 1000 }));
    const box = await sentence.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? Number.NaN) + (box?.width ?? Number.NaN)).toBeLessThanOrEqual(390);
  });
});

test('a run that diverges says when and why', async ({ race }) => {
  // Decoupled decay multiplies the parameters by 1 - lr * decay = -99 per step.
  await race.open('#v=1&workload=logistic,problem:iris&horizon=0.1&backend=wasm&racers=a~b&b=adamw,lr:10,weightDecay:10');
  await race.finishRace();
  await expect(race.results.getByText(/^Diverged at step \d+: (the loss|a parameter) was not finite\./)).toBeVisible();
  await expect(
    race
      .chart('Loss')
      .locator('svg text')
      .filter({ hasText: /^(loss|parameter) not finite$/ }),
  ).toBeVisible();
});
