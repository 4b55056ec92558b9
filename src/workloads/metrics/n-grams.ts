/** Before each token in keys; occurs in none. */
const SEPARATOR = '\0';

/** How often each n-gram of the tokens occurs, for n from 1 to `longest`; what stands for an n-gram says nothing but which are equal. */
export function nGrams(tokens: readonly string[], longest: number): readonly ReadonlyMap<string, number>[] {
  return Array.from({ length: longest }, (_, order) => {
    const counts = new Map<string, number>();
    for (let i = 0; i + order < tokens.length; i++) {
      let gram = '';
      for (let at = i; at <= i + order; at++) gram += SEPARATOR + tokens[at];
      counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
    return counts;
  });
}
