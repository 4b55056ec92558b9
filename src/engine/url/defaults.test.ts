import { describe, expect, it } from 'vitest';
import { defaultUrlContext } from '../default-config.ts';
import { URL_VERSION } from './migrations.ts';

/*
 * Links leave out what equals the defaults, so a changed default changes what old links mean. When a test here fails on purpose: raise
 * URL_VERSION and add a migration that writes the old default into old links, then let vitest write the new files (`vitest -u`).
 * A file may simply be written for what is new (an optimizer, a setting), and while nobody has links of this version yet.
 */

const valuesOf = (specs: Readonly<Record<string, { readonly value: unknown }>>) =>
  Object.fromEntries(Object.entries(specs).map(([name, { value }]) => [name, value]));
const textOf = (defaults: unknown) => `${JSON.stringify(defaults, null, 2)}\n`;

describe('what links leave out is what it was when their version was introduced', () => {
  const { config, view, optimizers, workloads } = defaultUrlContext;

  it('of a race', async () => {
    await expect(textOf({ config, view })).toMatchFileSnapshot(`defaults-v${URL_VERSION}.txt`);
  });

  it.each(workloads)('of $id', async ({ id, options, batch }) => {
    const defaults = valuesOf(options) as Record<string, number | string>;
    const text = textOf({ options: defaults, batch: batch(defaults).value });
    await expect(text).toMatchFileSnapshot(`../../workloads/${id}/${id}.link-v${URL_VERSION}.txt`);
  });

  it.each(optimizers)('of $id', async ({ id, hyper }) => {
    await expect(textOf(valuesOf(hyper))).toMatchFileSnapshot(`../../optimizers/${id}/${id}.link-v${URL_VERSION}.txt`);
  });
});
