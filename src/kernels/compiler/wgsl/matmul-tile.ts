import { sizeOf } from '../index-map.ts';
import type { ClassChoices, TileSize } from './adapter-class.ts';
import { largestDivisor } from './digits.ts';
import type { GpuMatMul } from './fold-gathers.ts';
import { QUAD } from './kernel-body.ts';
import { isAlike, MOST_TAPS, type TapTile, tapTile } from './matmul-taps.ts';
import { alignUp } from './regions.ts';

/** How a matMul is spread over threads: each has one tile, or its columns of one, and one part of the inner dimension. */
export interface MatMulPlan {
  readonly batches: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Threads that share a tile: 1, or the 4 of a quad, side by side along n. */
  readonly lanes: 1 | 4;
  /** Whether the 4 threads of a quad have tiles of their own, but of the same columns. */
  readonly sharesColumns: boolean;
  /** Whether the threads of a quad have one tile, and a part of the inner dimension each. */
  readonly sharesInner: boolean;
  /** Rows of a tile: neighbours, or where they are taps of a filter, those of `taps`. */
  readonly rows: number;
  readonly taps: TapTile | null;
  /** Columns of a thread, in fours. */
  readonly groups: number;
  readonly rowTiles: number;
  readonly columnTiles: number;
  /** Parts of a digit of k that are summed apart and then added in order; 1: none. */
  readonly parts: number;
  /** The digit of k that has parts. */
  readonly splitDigit: number;
  /** Entries of that digit in a part. */
  readonly partLength: number;
  /** n rounded up to whole vectors: row length of partial sums. */
  readonly paddedN: number;
}

/** Columns of a tile. */
export const tileWidth = ({ lanes, groups }: Pick<MatMulPlan, 'lanes' | 'groups'>): number => 4 * groups * lanes;

export function planMatMul(kernel: GpuMatMul, choices: ClassChoices): MatMulPlan {
  const { batch, m, n, k } = kernel;
  const [batches, M, N, K] = [batch, m, n, k].map(sizeOf) as [number, number, number, number];
  if (choices.quadTile !== null && k.length === 1 && isOneTile(M, N, K)) {
    const inner = { splitDigit: 0, parts: QUAD, partLength: K / QUAD };
    const tile = { lanes: 1, taps: null, rows: M, groups: 1, rowTiles: 1, columnTiles: 1 } as const;
    return { batches, m: M, n: N, k: K, ...tile, ...inner, sharesColumns: false, sharesInner: true, paddedN: alignUp(N, 4) };
  }
  const own = ownTile(kernel, batches * M * N, M, N, choices);
  const quad: Tile | null = choices.quadTile === null ? null : { lanes: 4, taps: null, ...quadTile(M, N, choices.quadTile) };
  const isQuad = quad !== null && workOf(quad, M, N, k) <= QUAD_FACTOR * workOf(own, M, N, k);
  const isSmallGradient = kernel.columnSum !== null && M * N <= SMALL_GRADIENT && K <= FEW_TERMS;
  const isSmall = batches * M < FEW_ROWS && (N * K < SMALL_OPERAND || N < FEW_COLUMNS || isSmallGradient);
  const { lanes, rows, groups, taps } = !isQuad ? own : isSmall ? { ...quad, rows: Math.max(4, quad.rows / 2) } : quad;
  const rowTiles = Math.ceil(M / rows);
  const columnTiles = Math.ceil(N / tileWidth({ lanes, groups }));
  const sharesColumns = lanes === 1 && choices.quadTile !== null && columnTiles === 1 && rowTiles % 4 === 0;
  const split = splitOf(k, batches * rowTiles * columnTiles * lanes, choices);
  return {
    batches,
    m: M,
    n: N,
    k: K,
    lanes,
    sharesColumns,
    sharesInner: false,
    rows,
    taps,
    groups,
    rowTiles,
    columnTiles,
    ...split,
    paddedN: alignUp(N, 4),
  };
}

/** Most rows of a product that is one tile, and the fewest entries of k that each thread of the quad then has. */
const ONE_TILE_ROWS = 24;
const OWN_INNER = 8;
/** With more entries, parts of them have threads of their own. */
const MOST_INNER = 512;

/** Whether the whole product is a tile of a few rows and at most 4 columns: its threads would have next to nothing in common with each other. */
const isOneTile = (M: number, N: number, K: number): boolean =>
  N <= 4 && M <= ONE_TILE_ROWS && K % QUAD === 0 && K >= QUAD * OWN_INNER && K <= MOST_INNER;

type Tile = TileSize & Pick<MatMulPlan, 'lanes' | 'taps'>;

/** What loading an element takes on an adapter with quads, in multiply-adds. */
const LOAD_WORK = 10;
/** Quads may take this much more: their kernels are half the code. */
const QUAD_FACTOR = 1.25;

/**
 * Products of fewer rows with a right operand of fewer elements, of fewer columns than a quad has, or that are the gradient of a matrix of no
 * more elements (with that of a bias) over a small batch make do with half the rows in a tile: what is saved on compiling them is more than
 * what they lose.
 */
const FEW_ROWS = 1024;
const SMALL_OPERAND = 1024;
const FEW_COLUMNS = 16;
const SMALL_GRADIENT = 4096;
const FEW_TERMS = 128;

/** Work of one product on an adapter with quads, in multiply-adds of 4 threads; what lies beyond its edges is computed too. */
function workOf(tile: Tile, M: number, N: number, k: readonly number[]): number {
  const { lanes, rows, groups, taps } = tile;
  const quads = (Math.ceil(M / rows) * Math.ceil(N / tileWidth(tile)) * lanes) / 4;
  // A quad takes 4 entries of the innermost digit at once; of its rows, a thread loads a quarter and gets the others from its neighbours.
  const inner = lanes === 1 ? sizeOf(k) : sizeOf(k.slice(0, -1)) * alignUp(k.at(-1) ?? 1, 4);
  const loads = (rows / lanes) * (taps === null ? 1 : (taps.taps + taps.step - 1) / (taps.taps * taps.step)) + 4 * groups;
  return quads * inner * (LOAD_WORK * loads + 4 * rows * groups + (lanes === 1 ? 0 : rows));
}

function quadTile(M: number, N: number, most: TileSize): TileSize {
  const rows = Math.max(4, powerUpTo(most.rows, M));
  const padded = (groups: number): number => alignUp(N, tileWidth({ lanes: 4, groups }));
  let groups = most.groups;
  while (groups > 1 && padded(groups) > padded(groups - 1)) groups -= 1;
  return { rows, groups };
}

function ownTile(kernel: GpuMatMul, outputs: number, M: number, N: number, { largeTiles, tile, quadTile }: ClassChoices): Tile {
  const isLarge = outputs / 64 >= largeTiles;
  const groups = isLarge ? groupsFor(N, tile.groups) : 1;
  const taps = quadTile === null ? null : tapTile(kernel, groups);
  const rows = powerUpTo(isLarge ? tile.rows : 4, M);
  return { lanes: 1, taps, rows: taps !== null ? sizeOf(taps.shape) : quadTile === null ? rows : rowsOfPicture(kernel, rows), groups };
}

/** Rows of a tile as neighbours in one row of a picture, where the product is a convolution: they have most of a filter's entries in common. */
function rowsOfPicture(kernel: GpuMatMul, most: number): number {
  const { m, k } = kernel;
  const width = m.at(-1) ?? 1;
  const isConvolution = k.some((extent, d) => extent > 1 && extent <= MOST_TAPS && isAlike(kernel, m.length - 1, d));
  const rows = largestDivisor(width, most);
  return isConvolution && 2 * rows >= most ? rows : most;
}

/** The power of two that covers `count` rows, at most `most`. */
const powerUpTo = (most: number, count: number): number => Math.min(most, 2 ** Math.ceil(Math.log2(count)));

/** Vectors of columns: at most one more than `most`, the count that wastes the fewest columns, `most` where it is one of the best. */
function groupsFor(n: number, most: number): number {
  const waste = (groups: number): number => alignUp(n, 4 * groups) - n;
  const others = Array.from({ length: most - 1 }, (_, index) => most - 1 - index);
  return [most, most + 1, ...others].reduce((best, groups) => (waste(groups) < waste(best) ? groups : best));
}

/**
 * Splits the first digit of k that is long enough, or else the longest; never the last of several, which is read in vectors.
 * @param threads that the products have without a split
 */
function splitOf(
  k: readonly number[],
  threads: number,
  { splitThreads, splitLength }: ClassChoices,
): Pick<MatMulPlan, 'parts' | 'splitDigit' | 'partLength'> {
  const most = Math.min(Math.floor(splitThreads / threads), Math.floor(sizeOf(k) / splitLength));
  const extents = k.slice(0, Math.max(1, k.length - 1));
  const enough = Math.min(most, Math.max(...extents));
  const splitDigit = Math.max(
    0,
    extents.findIndex((count) => count >= enough),
  );
  const extent = extents[splitDigit] ?? 1;
  const wanted = Math.min(most, extent);
  if (wanted < 2) return { parts: 1, splitDigit, partLength: extent };
  // Whole vectors, so that a part of a plain k keeps its alignment.
  const partLength = alignUp(Math.ceil(extent / wanted), k.length === 1 ? 4 : 1);
  return { parts: Math.ceil(extent / partLength), splitDigit, partLength };
}
