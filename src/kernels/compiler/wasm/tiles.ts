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
 * Rows of sums that are kept in registers, by the panel's vectors: of 16 registers, V8 keeps one to itself, and the panel's row of b, one
 * element of a and a product need theirs.
 */
const ROWS_BY_VECTORS: Readonly<Record<number, number>> = { 1: 8, 2: 5, 3: 3 };

export const MAX_PANEL_VECTORS = 3;
export const MAX_TILE_VECTORS = 10;

/** Panels of 2 vectors; 3 where one would be left over. */
export function panelsOf(columns: number): PanelSection[] {
  const vectors = Math.ceil(columns / 4);
  const lastLanes = columns - 4 * (vectors - 1);
  const lastVectors = vectors === 1 ? 1 : vectors % 2 === 0 ? 2 : 3;
  const before = (vectors - lastVectors) / 2;
  if (lastVectors === 2 && lastLanes === 4) return [{ count: before + 1, vectors: 2, lastLanes: 4 }];
  return [...(before > 0 ? [{ count: before, vectors: 2, lastLanes: 4 }] : []), { count: 1, vectors: lastVectors, lastLanes }];
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
