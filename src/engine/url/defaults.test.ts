import { expect, it } from 'vitest';
import { defaultUrlContext } from '../default-config.ts';
import { URL_VERSION } from './migrations.ts';

/**
 * Links leave out what equals the defaults, so a changed default changes what old links mean. When this fails on purpose: raise
 * URL_VERSION and add a migration that writes the old default into old links, then let vitest write the new file (`vitest -u`).
 * The file may simply be written again for what is new (an optimizer, a setting), and while nobody has links of this version yet.
 */
it('what links leave out is what it was when their version was introduced', async () => {
  const { config, view, optimizers, workloads } = defaultUrlContext;
  const valuesOf = (specs: Readonly<Record<string, { readonly value: unknown }>>) =>
    Object.fromEntries(Object.entries(specs).map(([name, { value }]) => [name, value]));
  const defaults = {
    config,
    view,
    optimizers: Object.fromEntries(optimizers.map(({ id, hyper }) => [id, valuesOf(hyper)])),
    workloads: Object.fromEntries(workloads.map(({ id, options }) => [id, valuesOf(options)])),
    batches: Object.fromEntries(
      workloads.map(({ id, options, batch }) => [id, batch(valuesOf(options) as Record<string, number | string>).value]),
    ),
  };
  await expect(`${JSON.stringify(defaults, null, 2)}\n`).toMatchFileSnapshot(`defaults-v${URL_VERSION}.txt`);
});
