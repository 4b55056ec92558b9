import { expect, type RacePage, TINY, test } from './fixtures.ts';

/** The link of the Share dialog, which is open afterwards no more. */
async function sharedLink(race: RacePage): Promise<string> {
  await race.button('Share').click();
  const dialog = race.page.getByRole('dialog');
  const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue();
  await race.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  return link;
}

async function open(race: RacePage, link: string): Promise<void> {
  await race.page.goto('about:blank');
  await race.page.goto(link);
  await expect(race.status).toBeVisible();
}

const note = (race: RacePage) => race.page.getByRole('region', { name: 'Shared run' });

test('a shared link shows its losses as rings, and running it again gives identical bits', async ({ race, page }) => {
  await race.open(`${TINY}&backend=wasm`);
  await race.finishRace();
  const link = await sharedLink(race);
  expect(link).toContain('losses=');

  await open(race, link);
  await expect(note(race)).toContainText('This link carries eight losses of each run.');
  await expect(page.locator('[aria-label="Loss"] path[d*="a3 3"]')).toHaveCount(2);
  await expect(note(race)).toContainText('are the rings in the loss chart');

  const problem = page.getByRole('combobox', { name: 'Problem' });
  await problem.selectOption('wine');
  await expect(page.locator('[aria-label="Loss"] path[d*="a3 3"]')).toHaveCount(0);
  await expect(note(race)).not.toContainText('rings');
  await problem.selectOption('iris');

  await note(race).getByRole('button', { name: 'Run and compare' }).click();
  await race.expectState('finished');
  await expect(note(race)).toContainText('Identical: all 16 shared losses came out with the same bits.');
});

test('a re-run whose samples, fingerprint and version differ says so and why', async ({ race }) => {
  await race.open(`${TINY}&backend=wasm`);
  await race.finishRace();
  const other = (await sharedLink(race))
    .replace(/losses=\w{8}/, 'losses=AAAAQAAA')
    .replace(/fp=[0-9a-f]{12}/, 'fp=000000000000')
    .replace(/by=[^&]*/, 'by=0.0.9');
  await open(race, other);
  await note(race).getByRole('button', { name: 'Run and compare' }).click();
  await race.expectState('finished');
  await expect(note(race)).toContainText('Differs: at step 5');
  await expect(note(race)).toContainText('The fingerprint of seed 1 is not the shared one');
  await expect(note(race)).toContainText('It was made by Freestep 0.0.9');
});

test('the link can be copied, and says in words what it contains', async ({ race, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await race.open(`${TINY}&seeds=3`);
  await race.button('Share').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Logistic regression, Iris; 2 racers: AdamW');
  await expect(dialog).toContainText('horizon 10 %; 3 seeds');
  await dialog.getByRole('button', { name: 'Copy link' }).click();
  await expect(dialog).toContainText('Copied.');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(await dialog.getByRole('textbox', { name: 'Link' }).inputValue());
});

test('a finished race survives a reload, and is opened and deleted in the history', async ({ race, page }) => {
  await race.open(`${TINY}&backend=wasm`);
  await race.finishRace();
  // The race is written when it ends; the list shows it as soon as it is stored.
  await race.button('History').click();
  const races = page.getByRole('list', { name: 'Finished races' }).getByRole('listitem');
  await expect(races).toHaveCount(1);
  await page.keyboard.press('Escape');

  await page.reload();
  await race.expectState('finished');
  await race.button('Reset').click();
  await race.button('History').click();
  await page.getByRole('button', { name: /^Open the race of/ }).click();
  await race.expectState('finished');

  await race.button('History').click();
  await page.getByRole('button', { name: /^Delete the race of/ }).click();
  await expect(page.getByRole('dialog')).toContainText('No race has been finished in this browser yet.');
});

test('without storage the race stays on screen, and the page says what to do', async ({ race, page }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('storage is blocked', 'SecurityError');
    };
  });
  await race.open(`${TINY}&backend=wasm`);
  await race.finishRace();
  await expect(page.getByRole('region', { name: 'Storage' })).toContainText('kept only until the page is closed');
  await race.button('History').click();
  await expect(page.getByRole('list', { name: 'Finished races' }).getByRole('listitem')).toHaveCount(1);
});
