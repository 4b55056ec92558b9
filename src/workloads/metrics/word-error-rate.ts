/** Least number of insertions, deletions and substitutions that turn one list of words into the other (Levenshtein, 1966). */
export function editDistance(reference: readonly number[], hypothesis: readonly number[]): number {
  // Row r: distances of the first r reference words to every beginning of the hypothesis.
  let row = Array.from({ length: hypothesis.length + 1 }, (_, h) => h);
  reference.forEach((word, r) => {
    const next = [r + 1];
    hypothesis.forEach((other, h) => {
      next.push(Math.min((row[h] as number) + (word === other ? 0 : 1), (row[h + 1] as number) + 1, (next[h] as number) + 1));
    });
    row = next;
  });
  return row.at(-1) as number;
}

/** Edits of all utterances over the number of reference words: 0 is perfect, and more than 1 is possible. */
export function wordErrorRate(references: readonly (readonly number[])[], hypotheses: readonly (readonly number[])[]): number {
  const words = references.reduce((sum, reference) => sum + reference.length, 0);
  const edits = references.reduce((sum, reference, index) => sum + editDistance(reference, hypotheses[index] ?? []), 0);
  return edits / words;
}
