import type { Pair } from '../pairs.ts';

/** Marks the end of a text, and what is before its beginning. */
const MARK = '\0';

interface Context {
  readonly counts: Map<string, number>;
  /** Of all characters after it. */
  total: number;
}

/** Texts behind one another with a mark before each, so that a context may reach into the text before. */
const join = (texts: readonly string[]): readonly string[] => texts.flatMap((text) => [MARK, ...text]);

/**
 * An n-gram model of characters with Witten-Bell interpolation down to uniform ones: what the targets alone say. The shared data sets' yardstick
 * (builders/build_text.py).
 */
export class NGrams {
  /** Characters after a context, by its length. */
  readonly #contexts: readonly ReadonlyMap<string, Context>[];
  readonly #characters: readonly string[];
  readonly #order: number;

  constructor(texts: readonly string[], order: number) {
    const known = join(texts);
    this.#order = order;
    this.#characters = [...new Set(known)];
    this.#contexts = Array.from({ length: order }, (_, length) => {
      const table = new Map<string, Context>();
      for (let i = length; i < known.length; i++) {
        const key = known.slice(i - length, i).join('');
        const context = table.get(key) ?? { counts: new Map<string, number>(), total: 0 };
        const next = known[i] as string;
        context.counts.set(next, (context.counts.get(next) ?? 0) + 1);
        context.total += 1;
        table.set(key, context);
      }
      return table;
    });
  }

  /** Bits per character, the mark that ends a text counted as one. */
  bits(texts: readonly string[]): number {
    const asked = join(texts);
    const first = this.#order - 1;
    let bits = 0;
    for (let i = first; i < asked.length; i++) bits -= Math.log2(this.#probability(asked.slice(i - first, i), asked[i] as string));
    return bits / (asked.length - first);
  }

  /** The text that comes of always taking the most probable character, at most so long. */
  greedy(longest: number): string {
    const said = [MARK];
    while (said.length <= longest) {
      const before = said.slice(-this.#order + 1);
      const probabilities = this.#characters.map((character) => this.#probability(before, character));
      const next = this.#characters[probabilities.indexOf(Math.max(...probabilities))] as string;
      if (next === MARK) break;
      said.push(next);
    }
    return said.slice(1).join('');
  }

  #probability(before: readonly string[], next: string): number {
    let probability = 1 / this.#characters.length;
    for (const [length, table] of this.#contexts.entries()) {
      if (length > before.length) break;
      const context = table.get(before.slice(before.length - length).join(''));
      if (context === undefined) continue;
      const { counts, total } = context;
      probability = ((counts.get(next) ?? 0) + counts.size * probability) / (total + counts.size);
    }
    return probability;
  }
}

const trigrams = (text: string): ReadonlySet<string> => {
  const padded = `  ${text.toLowerCase()}  `;
  return new Set(Array.from({ length: padded.length - 2 }, (_, i) => padded.slice(i, i + 3)));
};

/** For each test pair the translation of the training source that shares most character trigrams with its own, as a part of all that both have. */
export function nearestTranslations(train: readonly Pair[], test: readonly Pair[]): readonly string[] {
  const sizes: number[] = [];
  const having = new Map<string, number[]>();
  train.forEach(({ source }, index) => {
    const own = trigrams(source);
    sizes.push(own.size);
    for (const gram of own) {
      const rows = having.get(gram);
      if (rows === undefined) having.set(gram, [index]);
      else rows.push(index);
    }
  });
  return test.map(({ source }) => {
    const own = trigrams(source);
    const shared = new Uint16Array(train.length);
    for (const gram of own) for (const index of having.get(gram) ?? []) shared[index] = (shared[index] as number) + 1;
    const shares = sizes.map((size, index) => (shared[index] as number) / (own.size + size - (shared[index] as number)));
    const most = shares.reduce((best, share) => Math.max(best, share), 0);
    return (train[shares.indexOf(most)] as Pair).target;
  });
}
