import { sizeOf } from '../index-map.ts';
import type { ClassChoices } from './adapter-class.ts';
import type { GpuMatMul } from './fold-gathers.ts';
import { alignUp } from './regions.ts';

/** How a matMul is spread over threads: each has one tile, and one part of the inner dimension. */
export interface MatMulPlan {
  readonly batches: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Rows of a tile. */
  readonly rows: number;
  /** Columns of a tile, in fours. */
  readonly groups: number;
  readonly rowTiles: number;
  readonly columnTiles: number;
  /** Parts of the first digit of k that are summed apart and then added in order; 1: none. */
  readonly parts: number;
  /** Entries of the first digit of k in a part. */
  readonly partLength: number;
  /** n rounded up to whole vectors: row length of partial sums. */
  readonly paddedN: number;
}

export function planMatMul({ batch, m, n, k }: GpuMatMul, choices: ClassChoices): MatMulPlan {
  const [batches, M, N, K] = [batch, m, n, k].map(sizeOf) as [number, number, number, number];
  const isLarge = (batches * M * N) / 64 >= choices.largeTiles;
  const { tile } = choices;
  const rows = powerUpTo(isLarge ? tile.rows : 4, M);
  const groups = isLarge ? groupsFor(N, tile.groups) : 1;
  const rowTiles = Math.ceil(M / rows);
  const columnTiles = Math.ceil(N / (4 * groups));
  const { parts, partLength } = splitOf(k[0] ?? 1, K, batches * rowTiles * columnTiles, choices);
  return { batches, m: M, n: N, k: K, rows, groups, rowTiles, columnTiles, parts, partLength, paddedN: alignUp(N, 4) };
}

/** The power of two that covers `count` rows, at most `most`. */
const powerUpTo = (most: number, count: number): number => Math.min(most, 2 ** Math.ceil(Math.log2(count)));

/** Vectors of columns: at most one more than `most`, the count that wastes the fewest columns, `most` where it is one of the best. */
function groupsFor(n: number, most: number): number {
  const waste = (groups: number): number => alignUp(n, 4 * groups) - n;
  const others = Array.from({ length: most - 1 }, (_, index) => most - 1 - index);
  return [most, most + 1, ...others].reduce((best, groups) => (waste(groups) < waste(best) ? groups : best));
}

function splitOf(
  firstDigit: number,
  k: number,
  tiles: number,
  { splitThreads, splitLength }: ClassChoices,
): { parts: number; partLength: number } {
  const wanted = Math.min(Math.floor(splitThreads / tiles), Math.floor(k / splitLength), firstDigit);
  if (wanted < 2) return { parts: 1, partLength: firstDigit };
  // Whole vectors, so that a part of a plain k keeps its alignment.
  const partLength = alignUp(Math.ceil(firstDigit / wanted), firstDigit === k ? 4 : 1);
  return { parts: Math.ceil(firstDigit / partLength), partLength };
}
