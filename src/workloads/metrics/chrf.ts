import { nGrams } from './n-grams.ts';

/** Longest n-grams. */
const ORDER = 6;
/** Recall counts beta^2 times as much as precision. */
const BETA = 2;

type Counts = ReadonlyMap<string, number>;

/** N-grams of the characters of a text, spaces left out. */
const gramsOf = (text: string): readonly Counts[] => nGrams([...text.replace(/\s/gu, '')], ORDER);

const total = (counts: Counts): number => {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
};

/**
 * chrF2 of a corpus, 0 to 100 (Popović, "chrF: character n-gram F-score for automatic MT evaluation", 2015): precision and recall of character
 * n-grams, counted over the whole corpus for each n from 1 to 6 and averaged over the n that occur, spaces left out; their F-score with beta 2.
 * One reference each; an output's n-grams count where its reference is long enough to have some. As sacreBLEU computes it by default.
 *
 * @returns the score of outputs against these references
 */
export function chrF2(references: readonly string[]): (outputs: readonly string[]) => number {
  const wanted = references.map(gramsOf);
  return (outputs) => {
    // What is right needs no counting.
    const found = outputs.map((output, row) => (output === references[row] ? (wanted[row] as readonly Counts[]) : gramsOf(output)));
    let [precision, recall, orders] = [0, 0, 0];
    for (let order = 0; order < ORDER; order++) {
      let [matches, inOutputs, inReferences] = [0, 0, 0];
      found.forEach((counts, row) => {
        const [own, right] = [counts[order], wanted[row]?.[order]] as [Counts, Counts];
        if (right.size === 0) return;
        const all = total(own);
        inOutputs += all;
        inReferences += total(right);
        if (own === right) matches += all;
        else for (const [gram, count] of own) matches += Math.min(count, right.get(gram) ?? 0);
      });
      if (inOutputs === 0 || inReferences === 0) continue;
      precision += matches / inOutputs;
      recall += matches / inReferences;
      orders += 1;
    }
    if (precision + recall === 0) return 0;
    const squared = BETA ** 2;
    return (100 * (1 + squared) * precision * recall) / (orders * (squared * precision + recall));
  };
}
