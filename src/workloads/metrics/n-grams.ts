/** The n-grams of one text: a tree of tokens, with how often the text has what leads to each node. */
interface GramTree {
  count: number;
  readonly next: Map<string, GramTree>;
}

const emptyTree = (): GramTree => ({ count: 0, next: new Map() });

/** How many n-grams of that order a text of so many tokens has. */
export const gramCount = (tokens: number, order: number): number => Math.max(0, tokens - order + 1);

/**
 * Compares texts with a reference: how many of a text's n-grams the reference has, for n from 1 to `longest`. None counts more often than it is
 * there. What the reference does not have is never counted, as training waits for it.
 */
export function gramMatcher(reference: readonly string[], longest: number): (tokens: readonly string[]) => readonly number[] {
  const root = emptyTree();
  for (let start = 0; start < reference.length; start++) {
    let tree = root;
    for (const token of reference.slice(start, start + longest)) {
      let next = tree.next.get(token);
      if (next === undefined) {
        next = emptyTree();
        tree.next.set(token, next);
      }
      next.count += 1;
      tree = next;
    }
  }
  return (tokens) => {
    const matches = new Array<number>(longest).fill(0);
    const found = new Map<GramTree, number>();
    for (let start = 0; start < tokens.length; start++) {
      let tree = root;
      for (let order = 0; order < longest; order++) {
        const next = tree.next.get(tokens[start + order] as string);
        if (next === undefined) break;
        const count = (found.get(next) ?? 0) + 1;
        found.set(next, count);
        if (count <= next.count) matches[order] = (matches[order] as number) + 1;
        tree = next;
      }
    }
    return matches;
  };
}
