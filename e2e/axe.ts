import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** The only rules whose answer depends on the theme; the others need not run twice. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** WCAG 2.2 AA and axe's best practices in both themes; no rule is switched off. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // A frame is a page of its own and is checked as one: landmarks of two figures may bear the same names.
    const builder = new AxeBuilder({ page }).exclude('iframe');
    const { violations } = await (colorScheme === 'light' ? builder : builder.withRules(COLOUR_RULES)).analyze();
    const found = violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(' ')).join(' | ')})`);
    expect(found, `axe on ${what}, ${colorScheme}`).toEqual([]);
  }
}
