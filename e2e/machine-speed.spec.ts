import { expectAccessible } from './axe.ts';
import { expect, test } from './fixtures.ts';

/** Two compilations and nine samples on the software adapter, with the other tests' load beside it. */
const FIRST_CASE_MS = 60_000;

test('the address #bench opens the measurements of this machine, which can be stopped', async ({ race, page }) => {
  await race.open('#bench');
  const dialog = page.getByRole('dialog', { name: 'Speed on this machine' });
  await expect(dialog).toBeVisible();
  // It is no setting of a race, so nothing is reported about the link.
  await expect(page.getByRole('alert')).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Measure', exact: true }).click();
  const times = dialog.getByRole('table', { name: /^Time of a training step/ });
  const row = times.getByRole('row', { name: /^MLP 64-64-64-10/ }).first();
  await expect(row).toBeVisible({ timeout: FIRST_CASE_MS });
  const cells = await row.getByRole('cell').allTextContents();
  expect(cells[0]).toBe('1');
  for (const text of cells.slice(1)) expect(text).toMatch(/^\d[\d.]* \(\d[\d.]*-\d[\d.]*\)/);
  await expectAccessible(page, 'the measurements of the machine');
  await dialog.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(dialog.getByRole('button', { name: 'Measure', exact: true })).toBeVisible();
});

test('Help leads to the measurements', async ({ race, page }) => {
  await race.open();
  await race.button('Help').click();
  await page.getByRole('button', { name: 'Speed on this machine' }).click();
  await expect(page.getByRole('dialog', { name: 'Speed on this machine' })).toBeVisible();
});
