import type { OptimizerCard } from '../../optimizers/card.ts';

/** One chunk per card, fetched when somebody asks for it. */
const modules = import.meta.glob<OptimizerCard>('../../optimizers/*/*.card.ts', { import: 'card' });

const loaded = new Map<string, Promise<OptimizerCard | null>>();

/** The card of a method; null for a method that has none. The same promise each time, except after a failure. */
export function loadCard(optimizer: string): Promise<OptimizerCard | null> {
  const known = loaded.get(optimizer);
  if (known) return known;
  const load = modules[`../../optimizers/${optimizer}/${optimizer}.card.ts`];
  const card = load ? load() : Promise.resolve(null);
  loaded.set(optimizer, card);
  card.catch(() => loaded.delete(optimizer));
  return card;
}
