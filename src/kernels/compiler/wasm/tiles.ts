import type { MatMulKernel } from '../schedule.ts';

/** Columns of the product in panels, each `vectors` vectors wide; `lanes` of the last vector are columns. */
export interface PanelSection {
  readonly count: number;
  readonly vectors: number;
  readonly lastLanes: number;
}

export interface RowSection {
  readonly count: number;
  readonly rows: number;
}

/**
 * Rows of sums that are kept in registers, by the panel's vectors. V8 leaves 15 of 16 registers and puts all loads of a loop body first: so
 * every element of a and the panel's row of b need a register of their own, besides the sums and one product.
 */
const ROWS_BY_VECTORS: Readonly<Record<number, number>> = { 1: 6, 2: 4, 3: 2 };

export const MAX_PANEL_VECTORS = 3;
export const MAX_TILE_VECTORS = 8;

/** Panels of 2 vectors; 3 where one would be left over. */
export function panelsOf(columns: number): PanelSection[] {
  const vectors = Math.ceil(columns / 4);
  const lastLanes = columns - 4 * (vectors - 1);
  const lastVectors = vectors === 1 ? 1 : vectors % 2 === 0 ? 2 : 3;
  const before = (vectors - lastVectors) / 2;
  if (lastVectors === 2 && lastLanes === 4) return [{ count: before + 1, vectors: 2, lastLanes: 4 }];
  return [...(before > 0 ? [{ count: before, vectors: 2, lastLanes: 4 }] : []), { count: 1, vectors: lastVectors, lastLanes }];
}

/** Bytes of a that are read again and again for one panel of b after the other: they should stay in a second-level cache. */
const BLOCK_BYTES = 256 * 1024;

/** Rows of the last digit of m, in blocks that are multiplied with all of b before the next one. */
export function rowBlocksOf({ m, k }: MatMulKernel): RowSection[] {
  const rows = m.at(-1) as number;
  const outerRows = m.slice(0, -1).reduce((size, extent) => size * extent, 1);
  const depth = k.reduce((size, extent) => size * extent, 1);
  const most = Math.max(32, Math.floor(BLOCK_BYTES / (4 * depth * outerRows)));
  const blocks = Math.ceil(rows / most);
  const height = blocks === 1 ? rows : 4 * Math.ceil(rows / blocks / 4);
  const whole = Math.floor(rows / height);
  const rest = rows - whole * height;
  return [{ count: whole, rows: height }, ...(rest > 0 ? [{ count: 1, rows: rest }] : [])];
}

/** Rows in tiles as high as registers allow, or a little less where that leaves no low tile over. */
export function rowTilesOf(rows: number, vectors: number): RowSection[] {
  const most = ROWS_BY_VECTORS[vectors] as number;
  const tiles = Math.ceil(rows / most);
  const height = Math.ceil(rows / tiles);
  const whole = Math.floor(rows / height);
  const rest = rows - whole * height;
  return [{ count: whole, rows: height }, ...(rest > 0 ? [{ count: 1, rows: rest }] : [])];
}

/** A panel of b read with steps of more than this many bytes per k falls on few sets of a first-level cache, so it is copied together first. */
const PACKED_STEP_BYTES = 512;
/** Rows of a in a tile that is copied. */
export const COPIED_TILE_ROWS = 4;
const COPIED_STEP_BYTES = 128;
/** Panels that pay for copying a whose steps of k are far apart, and one whose rows are contiguous. */
const COPIED_PANELS = 4;
const STREAMED_PANELS = 16;

/**
 * Whether tiles of a are copied so that they lie contiguously. Where rows are neighbours and steps of k far apart (a product with a transposed
 * matrix), they fall on few sets of a first-level cache for every panel again; where rows are contiguous, a tile is read in one stream instead
 * of one for every row, which pays with more panels. Only where all tiles are equal.
 */
export function isCopied(kernel: MatMulKernel): boolean {
  const { batch, m, k, n, a } = kernel;
  if (m.length !== 1 || k.length !== 1) return false;
  const [rowStride, kStride] = [a.at.strides[batch.length] as number, a.at.strides[batch.length + 1] as number];
  const panels = panelsOf(n.at(-1) as number);
  const count = panels.reduce((sum, panel) => sum + panel.count, 0);
  const isCrowded = rowStride === 1 && 4 * Math.abs(kStride) > COPIED_STEP_BYTES && count >= COPIED_PANELS;
  const isStreamed = kStride === 1 && count >= STREAMED_PANELS;
  return (
    (isCrowded || isStreamed) &&
    panels.every(({ vectors }) => vectors === 2) &&
    rowBlocksOf(kernel).every(({ rows }) => rows % COPIED_TILE_ROWS === 0)
  );
}

/** Rows of the product that pay for copying. */
const PACKED_ROWS = 16;

/** Whether a panel of b is copied so that it lies contiguously: always where columns are no neighbours, else where it pays. */
export function isPacked(kernel: MatMulKernel): boolean {
  const { batch, k, n, m, b } = kernel;
  const columnStride = b.at.strides[batch.length + k.length + n.length - 1];
  if (columnStride !== 1) return true;
  const rowStride = Math.abs(b.at.strides[batch.length + k.length - 1] ?? 0);
  const rows = m.reduce((size, extent) => size * extent, 1);
  return rows >= PACKED_ROWS && 4 * rowStride > PACKED_STEP_BYTES;
}
