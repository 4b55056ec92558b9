import { readFileSync } from 'node:fs';
import { expect, type RacePage, TINY, test } from './fixtures.ts';

/** Presses a button of the open Export dialog and reads the file it saves. */
async function save(race: RacePage, button: string): Promise<{ readonly name: string; readonly content: Buffer }> {
  const [download] = await Promise.all([
    race.page.waitForEvent('download'),
    race.page.getByRole('dialog').getByRole('button', { name: button, exact: true }).click(),
  ]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

test('a finished race is exported as tables, JSON, recording and pictures, and the recording can be shown', async ({ race, page }) => {
  await race.open(`${TINY}&backend=wasm`);
  await race.finishRace();
  await race.button('Export').click();

  const steps = await save(race, 'CSV of all steps');
  expect(steps.name).toMatch(/^freestep-logistic-steps-\d{4}-\d\d-\d\d-\d{4}\.csv$/);
  const lines = steps.content.toString('utf8').split('\r\n');
  expect(lines[0]).toContain('racer,label,optimizer,seed,fingerprint,step,seconds,loss,rmsStep');
  // Two runs of 40 steps, each with its starting point, and the header.
  expect(lines).toHaveLength(2 * 41 + 1);

  const runs = (await save(race, 'CSV of all runs')).content.toString('utf8');
  expect(runs.split('\r\n')).toHaveLength(3);
  expect(runs).toContain('#v=1&workload=logistic');
  expect(runs).toContain('best_validation_accuracy');

  const json = JSON.parse((await save(race, 'JSON')).content.toString('utf8'));
  expect(json).toMatchObject({
    format: 1,
    state: 'finished',
    backend: { id: 'wasm' },
    config: { workload: { options: { problem: 'iris' } } },
  });

  const svg = (await save(race, 'SVG')).content.toString('utf8');
  expect(svg).toContain('Logistic regression, Iris');
  expect(svg).toContain('Distance estimate (parameter units)');
  expect(svg).toContain('d, max-norm');
  expect(svg).toContain('#v=1&amp;workload=logistic');
  expect(svg, 'the picture does not need the page').not.toMatch(/var\(|class=/);
  expect((await save(race, 'PNG')).content.subarray(1, 4).toString('latin1')).toBe('PNG');

  const recording = await save(race, 'Recording');
  expect(recording.content.length).toBeLessThanOrEqual(100_000);
  await page.route('**/mine.json', (route) => route.fulfill({ body: recording.content, contentType: 'application/json' }));
  await race.open(`${TINY}&recording=recordings%2Fmine.json`);
  await expect(page.getByText('recorded run: press Run for a live one')).toBeVisible();
  await expect(race.results).toContainText('Prodigy');
});

test('before anything has been measured there is nothing to export, and the dialog says so', async ({ race, page }) => {
  await race.open(TINY);
  await race.button('Export').click();
  await expect(page.getByRole('dialog')).toContainText('Run the race, then export it.');
});
