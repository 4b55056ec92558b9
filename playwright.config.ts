import { defineConfig } from '@playwright/test';
import { launchOptions } from './scripts/chromium.mjs';

/** End-to-end tests of the production build in dist. The server is a fixture: e2e/fixtures.ts. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  // The software adapter needs both cores; two pages at once would make every time limit a matter of luck.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  forbidOnly: true,
  use: {
    browserName: 'chromium',
    launchOptions: launchOptions(),
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    trace: 'off',
    screenshot: 'only-on-failure',
  },
});
