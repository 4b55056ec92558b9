import { gramMatcher } from './n-grams.ts';

/** Longest n-grams. */
const ORDER = 4;

/**
 * BLEU-4 of a corpus, 0 to 100 (Papineni et al., "BLEU: a Method for Automatic Evaluation of Machine Translation", 2002): the geometric mean of
 * clipped n-gram precisions for n from 1 to 4, counted over the corpus, times exp(1 - references / outputs) where the outputs are shorter. One
 * reference each, no smoothing: 0 where no n-gram of some length is right. As NLTK computes it: an output of fewer than n tokens counts as one
 * wrong n-gram, where sacreBLEU leaves it out.
 *
 * @returns the score of outputs against these references
 */
export function bleu4(references: readonly (readonly string[])[]): (outputs: readonly (readonly string[])[]) => number {
  const matchers = references.map((tokens) => gramMatcher(tokens, ORDER));
  const length = (texts: readonly (readonly string[])[]): number => texts.reduce((sum, tokens) => sum + tokens.length, 0);
  return (outputs) => {
    const found = outputs.map((tokens, row) => matchers[row]?.(tokens) ?? []);
    let logarithms = 0;
    for (let order = 0; order < ORDER; order++) {
      let [matches, all] = [0, 0];
      outputs.forEach((output, row) => {
        matches += found[row]?.[order] ?? 0;
        all += Math.max(1, output.length - order);
      });
      if (matches === 0) return 0;
      logarithms += Math.log(matches / all) / ORDER;
    }
    return 100 * Math.exp(logarithms + Math.min(0, 1 - length(references) / length(outputs)));
  };
}

/** The same over characters: what says something of languages and texts whose sentences are single words. */
export function characterBleu4(references: readonly string[]): (outputs: readonly string[]) => number {
  const score = bleu4(references.map((text) => [...text]));
  return (outputs) => score(outputs.map((text) => [...text]));
}
