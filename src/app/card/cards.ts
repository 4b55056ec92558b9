import type { OptimizerCard } from '../../optimizers/card.ts';

/** One chunk per card, fetched when somebody asks for it. */
const modules = import.meta.glob<OptimizerCard>('../../optimizers/*/*.card.ts', { import: 'card' });

const loaded = new Map<string, Promise<OptimizerCard>>();

/** The card of a method of the registry, all of which have one. The same promise each time, except after a failure. */
export function loadCard(optimizer: string): Promise<OptimizerCard> {
  const known = loaded.get(optimizer);
  if (known) return known;
  const load = modules[`../../optimizers/${optimizer}/${optimizer}.card.ts`];
  if (!load) throw new Error(`There is no card of "${optimizer}".`);
  const card = load();
  loaded.set(optimizer, card);
  card.catch(() => loaded.delete(optimizer));
  return card;
}
