/** A square grey picture, row-major from the top left. */
export interface Picture {
  readonly side: number;
  readonly values: ArrayLike<number>;
}

/** How the pixels of a square neighbourhood are weighed. */
export interface SsimWindow {
  /** Pixels along each side. */
  readonly size: number;
  /** What (co)variances are multiplied by. */
  readonly covarianceFactor: number;
  /** Weighted means of neighbours along the second axis of (rows, columns), transposed: (columns - size + 1, rows). */
  readonly meansAlongRows: (values: Float64Array, rows: number) => Float64Array;
}

/** Equal weights and the covariance of a sample, divided by one less than the number of pixels. By a running sum, as training waits for it. */
export function uniformWindow(size: number): SsimWindow {
  return {
    size,
    covarianceFactor: size ** 2 / (size ** 2 - 1),
    meansAlongRows(values, rows) {
      const columns = values.length / rows;
      const means = new Float64Array((columns - size + 1) * rows);
      for (let row = 0; row < rows; row++) {
        let sum = 0;
        for (let column = 0; column < columns; column++) {
          const last = row * columns + column;
          sum += values[last] as number;
          if (column < size - 1) continue;
          means[(column - size + 1) * rows + row] = sum / size;
          sum -= values[last - size + 1] as number;
        }
      }
      return means;
    },
  };
}

/** A bell that is cut off `radius` pixels from its middle, and the plain covariance (Wang et al., 2004, section III.B). */
export function gaussianWindow(deviation: number, radius: number): SsimWindow {
  const bell = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)));
  const total = bell.reduce((sum, weight) => sum + weight, 0);
  const size = bell.length;
  return {
    size,
    covarianceFactor: 1,
    meansAlongRows(values, rows) {
      const columns = values.length / rows;
      return Float64Array.from({ length: (columns - size + 1) * rows }, (_, index) => {
        const first = (index % rows) * columns + Math.floor(index / rows);
        return bell.reduce((sum, weight, tap) => sum + (weight / total) * (values[first + tap] as number), 0);
      });
    },
  };
}

/** The window of fastMRI's and AlgoPerf's metric. */
export const FASTMRI_WINDOW = uniformWindow(7);

/** Constants of the two stabilizing terms, as shares of the data range (Wang et al., 2004, section III.B). */
const [K1, K2] = [0.01, 0.03];

/** Element by element. By a loop, as `map` takes ten times as long and every evaluation compares all validation slices. */
function product(a: Float64Array, b: Float64Array): Float64Array {
  const products = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) products[i] = (a[i] as number) * (b[i] as number);
  return products;
}

/**
 * Structural similarity of pictures to one that is given (Wang et al., 2004, eq. 13 and 17), mean over all windows that lie inside, in
 * float64: 1 for the same picture, about 0 for one that has nothing to do with it, NaN where a pixel is NaN.
 *
 * @param dataRange greatest minus least brightness that a picture may have
 */
export function similarityTo(
  target: Picture,
  dataRange: number,
  { size, covarianceFactor, meansAlongRows }: SsimWindow = FASTMRI_WINDOW,
): (picture: Picture) => number {
  const { side } = target;
  if (side < size) throw new RangeError(`A picture of ${side} pixels a side is smaller than the window of ${size}.`);
  const [c1, c2] = [(K1 * dataRange) ** 2, (K2 * dataRange) ** 2];
  const meansOf = (values: Float64Array): Float64Array => meansAlongRows(meansAlongRows(values, side), side - size + 1);
  const x = new Float64Array(target.values);
  const [meansX, meansXX] = [meansOf(x), meansOf(product(x, x))];
  return (picture) => {
    if (picture.side !== side) throw new RangeError(`A picture of ${picture.side} pixels a side is compared with one of ${side}.`);
    const y = new Float64Array(picture.values);
    const [meansY, meansYY, meansXY] = [meansOf(y), meansOf(product(y, y)), meansOf(product(x, y))];
    let total = 0;
    for (let i = 0; i < meansX.length; i++) {
      const [ux, uy] = [meansX[i] as number, meansY[i] as number];
      const varianceX = covarianceFactor * ((meansXX[i] as number) - ux * ux);
      const varianceY = covarianceFactor * ((meansYY[i] as number) - uy * uy);
      const covariance = covarianceFactor * ((meansXY[i] as number) - ux * uy);
      total += ((2 * ux * uy + c1) * (2 * covariance + c2)) / ((ux * ux + uy * uy + c1) * (varianceX + varianceY + c2));
    }
    return total / meansX.length;
  };
}
