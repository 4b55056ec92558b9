import { gramCount, gramMatcher } from './n-grams.ts';

/** Longest n-grams. */
const ORDER = 6;
/** Recall counts beta^2 times as much as precision. */
const BETA = 2;

/** The characters of a text, spaces left out. */
const charactersOf = (text: string): readonly string[] => [...text.replace(/\s/gu, '')];

/**
 * chrF2 of a corpus, 0 to 100 (Popović, "chrF: character n-gram F-score for automatic MT evaluation", 2015): precision and recall of character
 * n-grams, counted over the whole corpus for each n from 1 to 6 and averaged over the n that occur, spaces left out; their F-score with beta 2.
 * One reference each; an output's n-grams count where its reference is long enough to have some. As sacreBLEU computes it by default.
 *
 * @returns the score of outputs against these references
 */
export function chrF2(references: readonly string[]): (outputs: readonly string[]) => number {
  const wanted = references.map(charactersOf);
  const matchers = wanted.map((characters) => gramMatcher(characters, ORDER));
  return (outputs) => {
    const found = outputs.map((output, row) => {
      const characters = charactersOf(output);
      return { length: characters.length, matches: matchers[row]?.(characters) ?? [] };
    });
    let [precision, recall, orders] = [0, 0, 0];
    for (let order = 1; order <= ORDER; order++) {
      let [right, inOutputs, inReferences] = [0, 0, 0];
      found.forEach(({ length, matches }, row) => {
        const all = gramCount(wanted[row]?.length ?? 0, order);
        if (all === 0) return;
        inOutputs += gramCount(length, order);
        inReferences += all;
        right += matches[order - 1] ?? 0;
      });
      if (inOutputs === 0 || inReferences === 0) continue;
      precision += right / inOutputs;
      recall += right / inReferences;
      orders += 1;
    }
    if (precision + recall === 0) return 0;
    const squared = BETA ** 2;
    return (100 * (1 + squared) * precision * recall) / (orders * (squared * precision + recall));
  };
}
