import { expect, test } from './fixtures.ts';

const DIGITS = '#v=1&racers=a~b&horizon=0.1&backend=wasm';

test('examples appear with the first evaluation, and follow the optimizer that is picked and the legend', async ({ race, page }) => {
  await race.open(DIGITS);
  const examples = page.getByRole('region', { name: 'Validation examples' });
  await expect(examples).toContainText('appear with the first evaluation');
  const height = () => examples.evaluate((element) => element.getBoundingClientRect().height);
  const before = await height();
  await race.finishRace();

  await expect(examples).toContainText('After 60 of 60 steps');
  await expect(examples.getByRole('heading', { level: 3 })).toHaveCount(4);
  await expect(examples.getByRole('img', { name: /8 by 8 pixels$/ })).toHaveCount(4);
  expect(await height()).toBe(before);

  // Keyboard alone: from the first radio button to the second.
  const answers = examples.getByRole('listitem').filter({ hasText: '%' });
  const [adamw, prodigy] = [examples.getByRole('radio', { name: /^AdamW/ }), examples.getByRole('radio', { name: 'Prodigy' })];
  await expect(adamw).toBeChecked();
  const ofAdamw = await answers.allTextContents();
  await adamw.focus();
  await page.keyboard.press('ArrowRight');
  await expect(prodigy).toBeChecked();
  await expect.poll(() => answers.allTextContents()).not.toEqual(ofAdamw);

  await race.chart('Loss').getByRole('button', { name: 'Prodigy' }).click();
  await expect(prodigy).toBeHidden();
  await expect(adamw).toBeChecked();
  await expect.poll(() => answers.allTextContents()).toEqual(ofAdamw);
});

test('a recorded run says that it has no examples', async ({ race, page }) => {
  await race.open();
  await expect(page.getByRole('region', { name: 'Validation examples' })).toContainText('A recorded run has curves but no examples');
});

test('an embed has examples where its author asks for them', async ({ race, page }) => {
  const examples = page.getByRole('region', { name: 'Validation examples' });
  const embed = `${DIGITS}&embed=1&hide=loss~metric~distance~step~schedule~headline~results~controls`;
  await race.open(embed);
  await expect(race.button('Run')).toBeVisible();
  await expect(examples).toBeHidden();
  await race.open(`${embed}&show=examples`);
  await expect(examples).toBeVisible();
});
