/**
 * Which columns of a slice's k-space are measured, 1 or 0 for each. Columns are counted in centred order: number side / 2 is frequency 0. Only
 * plain numbers here, so that the page can load the definition without TensorFlow.js.
 */

/** The lowest frequencies are always measured: a twelfth of the columns, the 0.08 of fastMRI. */
export function middleColumns(side: number): Float32Array {
  const count = Math.round(side / 12);
  const first = Math.floor((side - count + 1) / 2);
  return Float32Array.from({ length: side }, (_, k) => (k >= first && k < first + count ? 1 : 0));
}

/** In validation, every fourth column too: of 48 columns, 0, 4, ..., 44 and 22 to 25. */
export const validationColumns = (side: number): Float32Array => middleColumns(side).map((isMiddle, k) => (k % 4 === 0 ? 1 : isMiddle));

const count = (columns: Float32Array): number => columns.reduce((sum, value) => sum + value, 0);

/** In training every other column with this probability, so that as many are measured on average as in validation. */
export function keepProbability(side: number): number {
  const middle = count(middleColumns(side));
  return (count(validationColumns(side)) - middle) / (side - middle);
}

/**
 * What a slice looks like when columns that were not measured are taken as 0, in float64. Along each row this is a circular convolution with
 * the transform of the measured columns; along the columns nothing happens. Magnitudes, row-major.
 *
 * @param slice (side, side)
 */
export function zeroFilledSlice(slice: ArrayLike<number>, measured: Float32Array): Float64Array {
  const side = measured.length;
  const spread = Array.from({ length: side }, (_, distance) => {
    let [real, imaginary] = [0, 0];
    measured.forEach((isMeasured, k) => {
      const angle = (2 * Math.PI * (k - side / 2) * distance) / side;
      real += (isMeasured * Math.cos(angle)) / side;
      imaginary += (isMeasured * Math.sin(angle)) / side;
    });
    return { real, imaginary };
  });
  return Float64Array.from({ length: side * side }, (_, pixel) => {
    const [row, column] = [Math.floor(pixel / side), pixel % side];
    let [real, imaginary] = [0, 0];
    for (let from = 0; from < side; from++) {
      const value = slice[row * side + from] as number;
      const by = spread[(column - from + side) % side] as (typeof spread)[number];
      real += value * by.real;
      imaginary += value * by.imaginary;
    }
    return Math.hypot(real, imaginary);
  });
}
