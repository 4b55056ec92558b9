import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, TINY, test } from './fixtures.ts';

interface ExportedRace {
  readonly fingerprints: unknown;
  readonly runs: readonly {
    readonly series: unknown;
    readonly evaluations: readonly { readonly step: number; readonly metrics: unknown }[];
  }[];
}

/** What of a result may not differ between two runs of one link: everything but times. */
function bits(file: string): unknown {
  const { fingerprints, runs } = JSON.parse(readFileSync(file, 'utf8')) as ExportedRace;
  return {
    fingerprints,
    runs: runs.map(({ series, evaluations }) => ({ series, evaluations: evaluations.map(({ step, metrics }) => ({ step, metrics })) })),
  };
}

for (const backend of ['wasm', 'webgpu'] as const) {
  test(`the same link gives the same bits twice from the command line on ${backend}`, () => {
    test.setTimeout(120_000);
    const folder = mkdtempSync(join(tmpdir(), 'freestep-bits-'));
    const files = ['first.json', 'second.json'].map((name) => join(folder, name));
    for (const file of files) {
      const { status, stderr } = spawnSync(
        'node',
        ['scripts/cli.mjs', 'race', TINY, '--backend', backend, '--steps', '20', '--out', file],
        {
          encoding: 'utf8',
        },
      );
      expect(status, stderr).toBe(0);
    }
    const [first, second] = files.map(bits);
    expect(second).toEqual(first);
  });
}

test('a changed setting is in the shared link, and the link restores it', async ({ race, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await race.open('#v=1&workload=logistic,problem:glass&seeds=2&b=prodigy,d0:3e-5');
  await race.button('Share').click();
  const link = await page.getByRole('dialog').getByRole('textbox').first().inputValue();
  const fields = new URLSearchParams(new URL(link).hash.slice(1));
  expect(fields.get('workload')).toBe('logistic,problem:glass');
  expect(fields.get('seeds')).toBe('2');
  expect(fields.get('b')).toContain('d0:3e-5');
  expect(fields.has('horizon'), 'defaults stay out of the link').toBe(false);

  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByRole('region', { name: 'Problems of this link' })).toBeHidden();
  await expect(page.getByRole('complementary', { name: 'Settings' })).toContainText(/glass/i);
});

test("the README's embed shows its recording, without the page around it", async ({ race, page }) => {
  const src = /<iframe src="[^"#]*(#[^"]*)"/.exec(readFileSync('README.md', 'utf8'))?.[1]?.replaceAll('&amp;', '&');
  await race.open(src);
  await expect(page.locator('[aria-label="Loss"] svg g[clip-path] path[stroke]').first()).toBeAttached();
  await expect(race.chart('Distance estimate')).toBeVisible();
  await expect(race.chart('Schedule')).toBeHidden();
  await expect(page.getByRole('banner')).toBeHidden();
  await expect(page.getByRole('region', { name: 'Problems of this link' })).toBeHidden();
  await expect(page.getByRole('link', { name: /open in freestep/i })).toBeVisible();
});
