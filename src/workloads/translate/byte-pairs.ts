/** Token that fills rows up, and that decoding starts with, as in AlgoPerf's WMT. */
export const PADDING = 0;
/** Token that ends a text. */
export const END = 1;

/** Words with the space before them, and runs of digits or of signs: what no piece reaches across. */
const CHUNK = / ?\p{L}+| ?\p{N}+| ?[^\p{L}\p{N} ]+| /gu;
const chunksOf = (text: string): readonly string[] => text.match(CHUNK) ?? [];

/** Pieces are numbered, characters first. Two neighbours as one number, which orders pairs by their first piece. */
const MOST_PIECES = 2 ** 16;
const pairOf = (first: number, second: number): number => first * MOST_PIECES + second;

/** The pieces of a chunk, with `piece` in place of all pairs of (first, second). */
function merged(pieces: readonly number[], first: number, second: number, piece: number): readonly number[] {
  const result: number[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const isPair = pieces[i] === first && pieces[i + 1] === second;
    result.push(isPair ? piece : (pieces[i] as number));
    if (isPair) i++;
  }
  return result;
}

/** A chunk of the texts as its pieces so far, and how often it occurs. */
interface Chunk {
  pieces: readonly number[];
  readonly count: number;
}

/** How often pieces are neighbours, kept up to date while they are merged. */
class PairCounts {
  readonly #chunks: readonly Chunk[];
  readonly #counts = new Map<number, number>();
  /** Chunks that have had the pair. */
  readonly #places = new Map<number, Set<Chunk>>();

  constructor(chunks: readonly Chunk[]) {
    this.#chunks = chunks;
    for (const chunk of this.#chunks) this.#add(chunk, 1);
  }

  /** The most frequent pair, of those that occur more than once, the first one among equals. */
  best(): number | null {
    let best: number | null = null;
    let most = 1;
    for (const [pair, count] of this.#counts) {
      if (count > most || (count === most && best !== null && pair < best)) [best, most] = [pair, count];
    }
    return best;
  }

  merge(first: number, second: number, piece: number): void {
    for (const chunk of this.#places.get(pairOf(first, second)) ?? []) {
      this.#add(chunk, -1);
      chunk.pieces = merged(chunk.pieces, first, second, piece);
      this.#add(chunk, 1);
    }
  }

  #add(chunk: Chunk, sign: 1 | -1): void {
    const { pieces, count } = chunk;
    for (let i = 0; i + 1 < pieces.length; i++) {
      const pair = pairOf(pieces[i] as number, pieces[i + 1] as number);
      this.#counts.set(pair, (this.#counts.get(pair) ?? 0) + sign * count);
      const places = this.#places.get(pair);
      if (places === undefined) this.#places.set(pair, new Set([chunk]));
      else places.add(chunk);
    }
  }
}

/**
 * Byte-pair encoding (Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword Units", 2016) over characters: starting
 * from single ones, the most frequent pair of neighbours becomes a piece, again and again. A pure function of the texts it learns from.
 */
export class BytePairs {
  /** Text of every token: padding and end, which have none, characters, then longer pieces. */
  readonly vocabulary: readonly string[];
  readonly #characters: ReadonlyMap<string, number>;
  /** The piece that a pair becomes; the lower its number, the earlier. */
  readonly #merges: ReadonlyMap<number, number>;
  /** Tokens of each piece: one, or several where the piece occurs in no text of its own. */
  readonly #tokens: readonly (readonly number[])[];
  /** Chunks that were cut before. */
  readonly #cut = new Map<string, readonly number[]>();

  /**
   * @param texts all that is learned from
   * @param merges pieces that are made; those that none of the texts is left with get no token
   */
  constructor(texts: readonly string[], merges: number) {
    const characters = [...new Set(texts.flatMap((text) => [...text]))].sort();
    this.#characters = new Map(characters.map((character, piece) => [character, piece]));
    const counted = new Map<string, number>();
    for (const chunk of texts.flatMap(chunksOf)) counted.set(chunk, (counted.get(chunk) ?? 0) + 1);
    const chunks = Array.from(counted, ([chunk, count]): Chunk => ({ pieces: this.#spell(chunk), count }));
    const pairs = new PairCounts(chunks);
    const made = new Map<number, number>();
    const parts: (readonly [number, number] | null)[] = characters.map(() => null);
    for (let i = 0; i < merges; i++) {
      const pair = pairs.best();
      if (pair === null) break;
      const [first, second] = [Math.floor(pair / MOST_PIECES), pair % MOST_PIECES];
      const piece = parts.push([first, second]) - 1;
      made.set(pair, piece);
      pairs.merge(first, second, piece);
    }
    this.#merges = made;

    const used = new Set(chunks.flatMap(({ pieces }) => pieces));
    const vocabulary = ['', ''];
    const texted: string[] = [];
    const tokens: (readonly number[])[] = [];
    parts.forEach((pair, piece) => {
      const [first, second] = pair ?? [piece, piece];
      texted.push(pair === null ? (characters[piece] as string) : `${texted[first]}${texted[second]}`);
      const isToken = pair === null || used.has(piece);
      tokens.push(
        isToken
          ? [vocabulary.push(texted[piece] as string) - 1]
          : [...(tokens[first] as readonly number[]), ...(tokens[second] as readonly number[])],
      );
    });
    this.vocabulary = vocabulary;
    this.#tokens = tokens;
  }

  /** Tokens of a text, without an end. Throws for a character that was in no text of the vocabulary. */
  encode(text: string): readonly number[] {
    return chunksOf(text).flatMap((chunk) => {
      const known = this.#cut.get(chunk) ?? this.#piecesOf(chunk).flatMap((piece) => this.#tokens[piece] as readonly number[]);
      this.#cut.set(chunk, known);
      return known;
    });
  }

  #spell(chunk: string): readonly number[] {
    return Array.from(chunk, (character) => {
      const piece = this.#characters.get(character);
      if (piece === undefined) throw new Error(`"${chunk}" has a character that no text of the vocabulary has`);
      return piece;
    });
  }

  #piecesOf(chunk: string): readonly number[] {
    let pieces = this.#spell(chunk);
    for (;;) {
      let best = Number.POSITIVE_INFINITY;
      let [first, second] = [0, 0];
      for (let i = 0; i + 1 < pieces.length; i++) {
        const [left, right] = [pieces[i] as number, pieces[i + 1] as number];
        const piece = this.#merges.get(pairOf(left, right));
        if (piece !== undefined && piece < best) [best, first, second] = [piece, left, right];
      }
      if (best === Number.POSITIVE_INFINITY) return pieces;
      pieces = merged(pieces, first, second, best);
    }
  }
}

/** The text of tokens up to the first end. */
export function textOf(tokens: ArrayLike<number>, vocabulary: readonly string[]): string {
  let text = '';
  for (let i = 0; i < tokens.length && tokens[i] !== END; i++) text += vocabulary[tokens[i] as number] ?? '';
  return text;
}
