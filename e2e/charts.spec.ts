import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** These tests look at the recorded run that the page opens with: nothing needs to be trained. */

const CHARTS = ['Loss', 'Metric', 'Distance estimate', 'Effective step size', 'Schedule'] as const;

/** The crosshair's own label. The same word with other numbers stands nowhere else inside a drawing. */
const pointedStep = (chart: Locator) => chart.locator('svg text').filter({ hasText: /^step \d+$/ });
const lines = (chart: Locator) => chart.locator('svg g[clip-path] path[stroke]');

test('pointing at one chart shows the same step and its values in all five', async ({ race, page }) => {
  await race.open();
  const loss = race.chart('Loss');
  await expect(lines(loss).first()).toBeVisible();
  const legend = race.chart('Metric').getByRole('listitem').first();
  const atTheEnd = await legend.textContent();

  const box = await lines(loss).first().boundingBox();
  if (!box) throw new Error('the first line of the loss chart has no box');
  await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2);
  await expect(pointedStep(loss)).toBeVisible();
  const step = await pointedStep(loss).textContent();
  for (const name of CHARTS) await expect(pointedStep(race.chart(name))).toHaveText(step ?? '');
  await expect(legend).not.toHaveText(atTheEnd ?? '');

  await page.mouse.move(2, 2);
  for (const name of CHARTS) await expect(pointedStep(race.chart(name))).toBeHidden();
  await expect(legend).toHaveText(atTheEnd ?? '');
});

test('the arrow keys move the crosshair of a focused chart and say what is there', async ({ race, page }) => {
  await race.open();
  const loss = race.chart('Loss');
  await expect(lines(loss).first()).toBeVisible();
  await loss.focus();
  await page.keyboard.press('Home');
  await expect(loss.getByText(/^Step 0: .*AdamW/)).toBeAttached();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(loss.getByText(/^Step [1-9]\d*: /)).toBeAttached();
  await page.keyboard.press('Escape');
  await expect(pointedStep(loss)).toBeHidden();
});

test('the tables count updates: a loss before the first one, nothing moved yet, and the end of the race after the last', async ({
  race,
}) => {
  await race.open();
  const steps = async (name: Parameters<typeof race.tableOf>[0]) =>
    (await race.tableOf(name)).slice(1).map(([step = '']) => Number(step.replace(/\s/g, '')));
  const [loss, distance, metric] = [await steps('Loss'), await steps('Distance estimate'), await steps('Metric')];
  const end = metric.at(-1) as number;
  expect([loss[0], loss.at(-1)]).toEqual([0, end - 1]);
  expect([distance[0], distance.at(-1)]).toEqual([1, end]);
});

test('hiding a racer takes its line out of every chart and leaves the others their colours', async ({ race }) => {
  // A smoothed loss would be two lines per racer.
  await race.open('#v=1&smoothing=0');
  const [loss, metric] = [race.chart('Loss'), race.chart('Metric')];
  await expect(lines(loss).first()).toBeVisible();
  const strokes = () => lines(loss).evaluateAll((paths) => paths.map((path) => path.getAttribute('stroke')));
  const before = await strokes();
  const entry = loss.getByRole('button', { name: /Prodigy/ });
  await entry.click();
  await expect(entry).toHaveAttribute('aria-pressed', 'false');
  await expect(lines(loss)).toHaveCount(before.length - 1);
  await expect(lines(metric)).toHaveCount(before.length - 1);
  const after = await strokes();
  expect(before.filter((stroke) => after.includes(stroke))).toEqual(after);
  await entry.click();
  await expect(lines(loss)).toHaveCount(before.length);
  expect(await strokes()).toEqual(before);
});

test('each axis of each chart can be switched between linear and logarithmic', async ({ race }) => {
  await race.open();
  for (const name of CHARTS) {
    const chart = race.chart(name);
    const labels = () => chart.locator('svg text[text-anchor]').allTextContents();
    for (const axis of ['log x', 'log y']) {
      const before = await labels();
      const toggle = chart.getByRole('button', { name: axis, exact: true });
      const wasOn = await toggle.getAttribute('aria-pressed');
      await toggle.click();
      await expect(toggle).toHaveAttribute('aria-pressed', wasOn === 'true' ? 'false' : 'true');
      await expect.poll(labels).not.toEqual(before);
      await expect(lines(chart).first()).toHaveAttribute('d', /^M[\d.]/);
    }
  }
});

test("Prodigy's estimate can become the learning rate of one more AdamW", async ({ race }) => {
  await race.open();
  await race.results.getByRole('button', { name: "Use this d as AdamW's learning rate" }).first().click();
  await expect(race.button('Discard')).toBeVisible();
});

test('a method that is evaluated elsewhere than it takes gradients is shown at both points', async ({ race }) => {
  await race.open('#v=1&workload=logistic,problem:iris&horizon=0.1&backend=wasm&racers=a~b&a=adamw&b=dog,repsRel:0.01');
  await race.finishRace();
  await expect(race.chart('Metric').getByText('at x̄ (average); x: where gradients are taken')).toBeVisible();
  await expect(race.chart('Loss').getByText('at x, where gradients are taken')).toBeVisible();
  const [header = [], ...rows] = await race.tableOf('Metric');
  expect(header.slice(1)).toEqual([
    'AdamW',
    expect.stringMatching(/^DoG.*, x̄ \(average\)$/),
    expect.stringMatching(/^DoG.* \(x, where gradients are taken\)$/),
  ]);
  // Both start at the same point and part later.
  const values = rows.map((row) => row.slice(2));
  expect(values[0]?.[0]).toBe(values[0]?.[1]);
  expect(values.some(([average, last]) => average !== last)).toBe(true);
});
