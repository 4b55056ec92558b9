import { existsSync } from 'node:fs';
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { serve } from '../scripts/serve.mjs';

export { expect };

/** Two racers on iris: a race that takes seconds on the software adapter. */
export const TINY = '#v=1&workload=logistic,problem:iris&racers=a~b&horizon=0.1';

/** A wide, deep network and eight runs: no machine finishes this while a test looks. */
export const LONG = '#v=1&workload=digits,width:512,depth:4&racers=a~b&seeds=4&horizon=1';

export type State = 'idle' | 'loading' | 'running' | 'paused' | 'finished' | 'failed';

/** The Race page by its accessible names, which are a promise to its users. */
export class RacePage {
  constructor(
    readonly page: Page,
    readonly url: string,
  ) {}

  /** Opens the page with this fragment as a new document, also when only the fragment differs. */
  async open(hash = ''): Promise<void> {
    await this.page.goto('about:blank');
    await this.page.goto(`${this.url}${hash}`);
    await expect(this.status).toBeVisible();
  }

  get status(): Locator {
    return this.page.getByRole('status');
  }

  get results(): Locator {
    return this.page.getByRole('table', { name: 'Results' });
  }

  /** What a failed race says, with its ways out. */
  get failure(): Locator {
    return this.page.getByRole('alert').filter({ has: this.button('Restart from the configuration') });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  chart(name: 'Loss' | 'Metric' | 'Distance estimate' | 'Effective step size' | 'Schedule'): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** The numbers behind a chart, as the page gives them: a header and rows of cells. */
  async tableOf(name: Parameters<RacePage['chart']>[0]): Promise<readonly (readonly string[])[]> {
    const chart = this.chart(name);
    const toggle = chart.getByRole('button', { name: 'table', exact: true });
    if ((await toggle.getAttribute('aria-pressed')) !== 'true') await toggle.click();
    await expect(chart.getByRole('row').nth(1)).toBeVisible();
    const rows = await chart.getByRole('row').all();
    return Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
  }

  /** Loading the engine and compiling on the software adapter take most of the time that is allowed. */
  async expectState(state: State, timeout = 45_000): Promise<void> {
    await expect(this.status).toHaveText(state, { timeout });
  }

  async finishRace(): Promise<void> {
    await this.button('Run').click();
    await this.expectState('finished');
  }
}

interface Site {
  readonly url: string;
}

export const test = base.extend<{ race: RacePage; pageErrors: string[] }, { site: Site }>({
  site: [
    async ({ browserName: _ }, use) => {
      if (!existsSync('dist/index.html')) throw new Error('There is no build in dist. Run npm run build first.');
      const { url, close } = await serve('dist');
      await use({ url });
      await close();
    },
    { scope: 'worker' },
  ],

  /** Uncaught errors, refused resources and console errors of the page: no test may leave any, unless it removes what it expects. */
  pageErrors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(`uncaught: ${error.message}`));
      page.on('console', (message) => {
        // Chromium looks for it at the root of the host, which is not ours to fill, when a document names no icon.
        if (message.location().url.endsWith('/favicon.ico')) return;
        if (message.type() === 'error') errors.push(`console: ${message.text()} ${message.location().url}`);
      });
      await use(errors);
      expect(errors, 'errors of the page').toEqual([]);
    },
    { auto: true },
  ],

  race: async ({ page, site }, use) => {
    await use(new RacePage(page, site.url));
  },
});
