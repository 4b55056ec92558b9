/** A stretch of a text that the other one has too, or has not. */
export interface Stretch {
  readonly text: string;
  readonly isSame: boolean;
}

export interface Comparison {
  readonly reference: readonly Stretch[];
  readonly output: readonly Stretch[];
  /** Characters to insert, delete or replace to make the reference of the output (Levenshtein). */
  readonly edits: number;
}

/** More pairs of characters than this are compared place by place: alignment takes time in proportion to them. */
const MOST_PAIRS = 250_000;

function stretches(characters: readonly string[], isSame: readonly boolean[]): readonly Stretch[] {
  const found: { text: string; isSame: boolean }[] = [];
  characters.forEach((character, i) => {
    const last = found.at(-1);
    if (last && last.isSame === isSame[i]) last.text += character;
    else found.push({ text: character, isSame: isSame[i] === true });
  });
  return found;
}

/** Least edits from every beginning of `a` to every beginning of `b`: (a.length + 1, b.length + 1), row-major. */
function editTable(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = 0; i <= a.length; i++) {
    for (let j = 0; j <= b.length; j++) {
      const at = (di: number, dj: number): number => table[(i - di) * width + j - dj] as number;
      if (i === 0 || j === 0) table[i * width + j] = i + j;
      else table[i * width + j] = Math.min(at(1, 1) + (a[i - 1] === b[j - 1] ? 0 : 1), at(1, 0) + 1, at(0, 1) + 1);
    }
  }
  return table;
}

/** Which characters of each text the other one has at the place that fits it, by the fewest edits. */
export function compareTexts(reference: string, output: string): Comparison {
  const [a, b] = [[...reference], [...output]];
  const sameInA = a.map(() => false);
  const sameInB = b.map(() => false);
  let edits = 0;
  if (a.length * b.length > MOST_PAIRS) {
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
      if (a[i] !== b[i]) edits += 1;
      else {
        sameInA[i] = true;
        sameInB[i] = true;
      }
    }
  } else {
    const table = editTable(a, b);
    const width = b.length + 1;
    edits = table.at(-1) ?? 0;
    let [i, j] = [a.length, b.length];
    while (i > 0 && j > 0) {
      const here = table[i * width + j] as number;
      const isSame = a[i - 1] === b[j - 1];
      if (here === (table[(i - 1) * width + j - 1] as number) + (isSame ? 0 : 1)) {
        sameInA[i - 1] = isSame;
        sameInB[j - 1] = isSame;
        i -= 1;
        j -= 1;
      } else if (here === (table[(i - 1) * width + j] as number) + 1) i -= 1;
      else j -= 1;
    }
  }
  return { reference: stretches(a, sameInA), output: stretches(b, sameInB), edits };
}
