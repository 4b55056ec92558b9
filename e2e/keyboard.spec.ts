import { expect, LONG, test } from './fixtures.ts';

test('Space, S and R run, pause, step and reset', async ({ race, page }) => {
  await race.open(`${LONG}&backend=wasm`);
  await page.keyboard.press('s');
  await race.expectState('paused');
  await page.keyboard.press('Space');
  await race.expectState('running');
  await page.keyboard.press('Space');
  await race.expectState('paused');
  await page.keyboard.press('r');
  await race.expectState('idle');
});

test('L turns the axis of the focused chart, ? lists the keys', async ({ race, page }) => {
  await race.open(`${LONG}&backend=wasm`);
  const log = race.chart('Loss').getByRole('button', { name: 'log y' });
  // The axis is logarithmic once the chart has been drawn.
  await expect(log).toHaveAttribute('aria-pressed', 'true');
  await race.chart('Loss').focus();
  await page.keyboard.press('l');
  await expect(log).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Help' })).toContainText('Space');
});

test('no shortcut fires while typing, in a dialog, or once they are switched off', async ({ race, page }) => {
  await race.open(`${LONG}&backend=wasm`);
  const field = page.getByRole('complementary').getByRole('textbox').first();
  await field.focus();
  await page.keyboard.type('s');
  await expect(race.status).toHaveText('idle');

  await race.button('Help').click();
  const dialog = page.getByRole('dialog', { name: 'Help' });
  await dialog.press('s');
  await expect(race.status).toHaveText('idle');
  await dialog.getByRole('checkbox', { name: 'Keyboard shortcuts' }).uncheck();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.locator('body').press('s');
  await page.keyboard.press('Space');
  await expect(race.status).toHaveText('idle');
});

test('every control can be reached and seen with Tab', async ({ race, page }) => {
  await race.open(`${LONG}&backend=wasm`);
  const wanted = new Set(['Run', 'Step', 'Share', 'Embed', 'Export', 'Help']);
  for (let presses = 0; presses < 200 && wanted.size > 0; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement)) return null;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      const hasRing = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      return { name: element.textContent?.trim() ?? '', tag: element.tagName, hasRing };
    });
    if (!focused || focused.tag === 'BODY') continue;
    if (focused.tag === 'BUTTON') {
      expect(focused.hasRing, `the focus on "${focused.name}" is visible`).toBe(true);
      wanted.delete(focused.name);
    }
  }
  expect([...wanted], 'buttons that Tab does not reach').toEqual([]);
});
