import { expectAccessible } from './axe.ts';
import { expect, type RacePage, test } from './fixtures.ts';

/** DoG and AdamW on iris. */
const DOG = '#v=1&workload=logistic,problem:iris&racers=a~b&a=dog&b=adamw&horizon=0.1&backend=wasm';

async function openCard(race: RacePage, name: string) {
  await race.page
    .getByRole('complementary', { name: 'Settings' })
    .getByRole('button', { name: `How ${name} works` })
    .click();
  const card = race.page.getByRole('dialog', { name: `How ${name} works` });
  await expect(card.getByRole('heading', { name: 'Update' })).toBeVisible();
  return card;
}

test('pointing at a symbol marks it wherever it stands and shows its value in the run', async ({ race, page }) => {
  await race.open(DOG);
  const card = await openCard(race, 'DoG');
  const eta = card.locator('[data-symbol=eta]');
  const row = card.getByRole('row', { name: 'Step size.' });
  expect(await eta.count()).toBeGreaterThan(1);
  await expect(row).toContainText('no run yet');

  await card.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(card.getByText('(newest), seed')).toBeVisible();
  await race.expectState('finished');
  await eta.first().hover();
  for (const element of await eta.all()) await expect(element).toHaveClass(/is-active/);
  await expect(row).toHaveClass(/is-active/);
  const newest = await row.getByRole('cell').nth(1).textContent();
  expect(newest).toMatch(/\d/);
  await expect(card.locator('.card-readout')).toContainText(`= ${newest}`);

  // An earlier step has another value; leaving the card leaves the charts pointing at nothing.
  await card.getByRole('slider', { name: 'Step whose values are shown' }).fill('1');
  await expect(card.getByText('Values of step 1 of')).toBeVisible();
  await expect(row.getByRole('cell').nth(1)).not.toHaveText(newest ?? '');
  await page.keyboard.press('Escape');
  await expect(card).toBeHidden();
  await expect(race.button('How DoG works')).toBeFocused();
});

test('the keyboard reaches every symbol, and no shortcut of the page fires in a card', async ({ race, page }) => {
  await race.open(DOG);
  const card = await openCard(race, 'DoG');
  const symbols = card.getByRole('table', { name: 'Symbols' }).getByRole('button');
  const count = await symbols.count();
  await symbols.first().focus();
  for (let index = 0; index < count; index++) {
    await expect(symbols.nth(index)).toBeFocused();
    await expect(symbols.nth(index)).toHaveAttribute('aria-pressed', 'true');
    await expect(card.locator('.card-formulas .is-active').first()).toBeVisible();
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('s');
  await expect(race.status).toHaveText('idle');
});

test('the configuration is copied as PyTorch, with what the page says', async ({ race, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await race.open(DOG);
  const card = await openCard(race, 'DoG');
  await card.getByRole('button', { name: 'Copy as PyTorch' }).click();
  await expect(card.getByText('Copied.')).toBeVisible();
  const code = await page.evaluate(() => navigator.clipboard.readText());
  expect(code).toContain('from dog import DoG');
  expect(code).toContain('LambdaLR(optimizer, multiplier)');
  expect(code).toBe(await card.getByRole('textbox', { name: 'PyTorch code' }).inputValue());
});

test('axe finds nothing in a card, in the list of methods and in the menu', async ({ race, page }) => {
  test.setTimeout(120_000);
  await race.open(DOG);
  await openCard(race, 'DoG');
  await expectAccessible(page, 'a card');
  await page.keyboard.press('Escape');
  await race.button('All methods').click();
  await expect(page.getByRole('dialog', { name: 'Methods' })).toBeVisible();
  await expectAccessible(page, 'the list of methods');
  await page.keyboard.press('Escape');
  await race.button('Add optimizer').click();
  await expect(page.getByRole('menu')).toBeVisible();
  await expectAccessible(page, 'the menu of optimizers');
});

test('a method is found by typing and added with Enter', async ({ race, page }) => {
  await race.open(DOG);
  await race.button('Add optimizer').click();
  // What is typed before the field has the focus is lost.
  await expect(page.getByRole('searchbox', { name: 'Find an optimizer' })).toBeFocused();
  await page.keyboard.type('sgd with');
  await expect(page.getByRole('menuitem')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(
    page.getByRole('complementary', { name: 'Settings' }).getByRole('button', { name: 'How SGD with momentum works' }),
  ).toBeVisible();
});

test('from the list of methods a card opens above it, and the list is there again when it closes', async ({ race, page }) => {
  await race.open(DOG);
  await race.button('Help').click();
  await race.button('All methods').last().click();
  const list = page.getByRole('dialog', { name: 'Methods' });
  await list.getByRole('button', { name: 'How SGD with momentum works' }).click();
  const card = page.getByRole('dialog', { name: 'How SGD with momentum works' });
  await expect(card).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(card).toBeHidden();
  await expect(list).toBeVisible();
});

test('on a phone every card scrolls down and none sideways', async ({ race, page }) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 390, height: 844 });
  await race.open(DOG);
  await race.button('Help').click();
  await race.button('All methods').click();
  await expect(page.getByRole('dialog', { name: 'Methods' })).toBeVisible();
  const names = await page
    .getByRole('dialog', { name: 'Methods' })
    .getByRole('button', { name: /^How .* works$/ })
    .all();
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    await name.click();
    const card = page.getByRole('dialog', { name: /^How .* works$/ });
    await expect(card.getByRole('heading', { name: 'Paper and implementation' })).toBeVisible();
    const body = card.locator('.dialog-body');
    const title = await card.getByRole('heading', { level: 2 }).textContent();
    expect(await body.evaluate((element) => element.scrollWidth - element.clientWidth), title ?? '').toBe(0);
    await page.keyboard.press('Escape');
    await expect(card).toBeHidden();
  }
});

test('axe finds nothing in a card on a phone', async ({ race, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await race.open(DOG);
  await race.button('Settings').click();
  await page.getByRole('dialog').getByRole('button', { name: 'How DoG works' }).click();
  await expect(page.getByRole('dialog', { name: 'How DoG works' }).getByRole('heading', { name: 'Update' })).toBeVisible();
  await expectAccessible(page, 'a card on a phone');
});

test('where the clipboard is refused, the card opens at the code', async ({ race, page }) => {
  await page.addInitScript(() => {
    if (navigator.clipboard) navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
  });
  await race.open(DOG);
  await page.getByRole('complementary', { name: 'Settings' }).getByRole('button', { name: 'DoG', exact: true }).click();
  await race.button('Copy as optax').click();
  const card = page.getByRole('dialog', { name: 'How DoG works' });
  await expect(card.getByRole('heading', { name: 'In Python' })).toBeInViewport();
  await card.getByRole('button', { name: 'Copy as PyTorch' }).click();
  await expect(card.getByText('the text is selected')).toBeVisible();
});

test('in an embed, cards open too, without the controls that its author left out', async ({ race, page }) => {
  await page.goto(`${race.url}${DOG}&embed=1&hide=toolbar`);
  await page.getByText('Settings', { exact: true }).click();
  await race.button('How DoG works').click();
  const card = page.getByRole('dialog', { name: 'How DoG works' });
  await expect(card.getByRole('heading', { name: 'Update' })).toBeVisible();
  await expect(card.getByText('No run yet.')).toBeVisible();
  await expect(card.getByRole('button', { name: 'Run', exact: true })).toHaveCount(0);
});
