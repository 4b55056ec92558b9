import { sizeOf } from '../index-map.ts';
import { largestDivisor } from './digits.ts';
import type { GpuMatMul } from './fold-gathers.ts';

/** Most entries of a digit that are written out: those of a filter along one axis. */
export const MOST_TAPS = 5;
/** Most sums of 4 columns in a tile of taps, and most products that are added to them at once: code size is compile time. */
const MOST_SUMS = 48;
const MOST_PRODUCTS = 96;

/** Whether a moves along a digit of m as along one of k, guards included: as from one tap of a filter to the next, and from pixel to pixel. */
export function isAlike({ batch, m, a }: GpuMatMul, ofM: number, ofK: number): boolean {
  const [row, inner] = [batch.length + ofM, batch.length + m.length + ofK];
  const { strides, guards } = a.at;
  const isSame = (list: readonly number[]): boolean => list[row] === list[inner];
  return strides[row] !== 0 && isSame(strides) && guards.every(({ coefficients }) => isSame(coefficients));
}

/** A tile of the gradient of a filter. */
export interface TapTile {
  /** Its extent along every digit of m. */
  readonly shape: readonly number[];
  /** How many taps along an axis are in it. */
  readonly taps: number;
  /** Entries of k at once. */
  readonly step: number;
}

/**
 * A tile of all taps along an axis, and some of the channels: at neighbouring pixels, which are the last digit of k, the taps have most of
 * their entries in common. Null where the product is no gradient of a filter.
 * @param groups columns of the tile, in fours
 */
export function tapTile(kernel: GpuMatMul, groups: number): TapTile | null {
  const { m, k } = kernel;
  const axis = m.findIndex((extent, d) => extent > 1 && extent <= MOST_TAPS && isAlike(kernel, d, k.length - 1));
  if (axis < 0 || axis < m.length - 2) return null;
  const taps = m[axis] as number;
  const channels = axis === m.length - 1 ? 1 : (m.at(-1) as number);
  const unit = channels % 4 === 0 ? 4 : 1;
  const some = unit * largestDivisor(channels / unit, Math.floor(MOST_SUMS / (taps * groups * unit)));
  const shape = m.map((_, d) => (d === axis ? taps : d > axis ? some : 1));
  const products = sizeOf(shape) * groups;
  const step = [4, 2].find((count) => (k.at(-1) as number) % count === 0 && count * products <= MOST_PRODUCTS);
  return step === undefined ? null : { shape, taps, step };
}
