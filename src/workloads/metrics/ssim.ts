/** A square grey picture, row-major from the top left. */
export interface Picture {
  readonly side: number;
  readonly values: ArrayLike<number>;
}

/** What is averaged over every window, side by side for every pixel: its value, the square of it, and its product with the target's. */
const MOMENTS = 3;

/** How the pixels of a square neighbourhood are weighed. */
export interface SsimWindow {
  /** Pixels along each side. */
  readonly size: number;
  /** What (co)variances are multiplied by. */
  readonly covarianceFactor: number;
  /**
   * Puts the weighted means over all windows that lie inside a square of `side` pixels into `means`.
   *
   * @param moments (side, side, MOMENTS)
   * @param means (side - size + 1, side - size + 1, MOMENTS)
   */
  readonly average: (moments: Float64Array, side: number, means: Float64Array) => void;
}

/** Equal weights and the covariance of a sample, divided by one less than the number of pixels. By running sums, as training waits for it. */
export function uniformWindow(size: number): SsimWindow {
  const weight = 1 / size ** 2;
  return {
    size,
    covarianceFactor: size ** 2 / (size ** 2 - 1),
    average(moments, side, means) {
      const [width, across] = [side * MOMENTS, (size - 1) * MOMENTS];
      const columns = new Float64Array(width); // sums over the window's rows
      let mean = 0;
      for (let row = 0; row < side; row++) {
        const last = row * width;
        for (let i = 0; i < width; i++) columns[i] = (columns[i] as number) + (moments[last + i] as number);
        if (row < size - 1) continue;
        let values = 0;
        let squares = 0;
        let products = 0;
        for (let i = 0; i < width; i += MOMENTS) {
          values += columns[i] as number;
          squares += columns[i + 1] as number;
          products += columns[i + 2] as number;
          if (i < across) continue;
          means[mean] = values * weight;
          means[mean + 1] = squares * weight;
          means[mean + 2] = products * weight;
          mean += MOMENTS;
          values -= columns[i - across] as number;
          squares -= columns[i - across + 1] as number;
          products -= columns[i - across + 2] as number;
        }
        const first = last - (size - 1) * width;
        for (let i = 0; i < width; i++) columns[i] = (columns[i] as number) - (moments[first + i] as number);
      }
    },
  };
}

/** A bell that is cut off `radius` pixels from its middle, and the plain covariance (Wang et al., 2004, section III.B). */
export function gaussianWindow(deviation: number, radius: number): SsimWindow {
  const bell = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)));
  const total = bell.reduce((sum, weight) => sum + weight, 0);
  const size = bell.length;
  /** Of values from `first` on, every `stride`. */
  const weighted = (values: Float64Array, first: number, stride: number): number =>
    bell.reduce((sum, weight, tap) => sum + (weight / total) * (values[first + tap * stride] as number), 0);
  return {
    size,
    covarianceFactor: 1,
    average(moments, side, means) {
      const [width, across] = [side * MOMENTS, (side - size + 1) * MOMENTS];
      const columns = moments.slice(0, (side - size + 1) * width).map((_, index) => weighted(moments, index, width));
      means.forEach((_, index) => {
        means[index] = weighted(columns, Math.floor(index / across) * width + (index % across), MOMENTS);
      });
    },
  };
}

/** The window of fastMRI's and AlgoPerf's metric. */
export const FASTMRI_WINDOW = uniformWindow(7);

/** Constants of the two stabilizing terms, as shares of the data range (Wang et al., 2004, section III.B). */
const [K1, K2] = [0.01, 0.03];

/**
 * Structural similarity of pictures of one size (Wang et al., 2004, eq. 13 and 17), mean over all windows that lie inside, in float64: 1 for
 * the same picture, about 0 for one that has nothing to do with it, NaN where a pixel is NaN. What can be known of a target beforehand is, and
 * all comparisons share their memory, because every evaluation compares all validation slices.
 *
 * @param side pixels along each side
 * @param dataRange greatest minus least brightness that a picture may have
 */
export function similarityOf(
  side: number,
  dataRange: number,
  { size, covarianceFactor, average }: SsimWindow = FASTMRI_WINDOW,
): (target: Picture) => (picture: Picture) => number {
  if (side < size) throw new RangeError(`A picture of ${side} pixels a side is smaller than the window of ${size}.`);
  const [c1, c2] = [(K1 * dataRange) ** 2, (K2 * dataRange) ** 2];
  const windows = (side - size + 1) ** 2;
  const moments = new Float64Array(side ** 2 * MOMENTS);
  const means = new Float64Array(windows * MOMENTS);
  const takeMeans = (picture: Picture, target: Picture): void => {
    if (picture.side !== side) throw new RangeError(`A picture of ${picture.side} pixels a side is compared with one of ${side}.`);
    for (let pixel = 0; pixel < side ** 2; pixel++) {
      const value = picture.values[pixel] as number;
      moments[MOMENTS * pixel] = value;
      moments[MOMENTS * pixel + 1] = value * value;
      moments[MOMENTS * pixel + 2] = value * (target.values[pixel] as number);
    }
    average(moments, side, means);
  };
  return (target) => {
    takeMeans(target, target);
    const targetMeans = means.slice();
    return (picture) => {
      takeMeans(picture, target);
      let total = 0;
      // Without destructuring, which costs as much as the arithmetic.
      for (let i = 0; i < means.length; i += MOMENTS) {
        const ux = targetMeans[i] as number;
        const uy = means[i] as number;
        const product = ux * uy;
        const squares = ux * ux + uy * uy;
        const covariance = covarianceFactor * ((means[i + 2] as number) - product);
        const variances = covarianceFactor * ((targetMeans[i + 1] as number) + (means[i + 1] as number) - squares);
        total += ((2 * product + c1) * (2 * covariance + c2)) / ((squares + c1) * (variances + c2));
      }
      return total / windows;
    };
  };
}
