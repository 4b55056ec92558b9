import type { Tensor } from '../../kernels/tf.ts';

/**
 * Square images as a grid of patches that do not overlap: pixels (N, side * side) -> (N, grid * grid, patch * patch), rows before columns in
 * both.
 */
export function cutPatches(x: Tensor, side: number, patch: number): Tensor {
  const images = x.shape[0] as number;
  const grid = side / patch;
  return x
    .reshape([images * grid, patch, grid, patch])
    .transpose([0, 2, 1, 3])
    .reshape([images, grid * grid, patch * patch]);
}

/**
 * Fixed positions of a grid, (grid * grid, width): sines and cosines of the column and of the row at width / 4 frequencies, from 1 down to
 * 1 / temperature (AlgoPerf's `posemb_sincos_2d`). What is left over where 4 does not divide the width stays 0.
 */
export function gridPositions(grid: number, width: number, temperature: number): Float32Array {
  const positions = new Float32Array(grid * grid * width);
  const frequencies = Math.floor(width / 4);
  for (let place = 0; place < grid * grid; place++) {
    [place % grid, Math.floor(place / grid)].forEach((coordinate, axis) => {
      for (let i = 0; i < frequencies; i++) {
        const angle = coordinate * temperature ** (-i / Math.max(1, frequencies - 1));
        positions[place * width + 2 * axis * frequencies + i] = Math.sin(angle);
        positions[place * width + (2 * axis + 1) * frequencies + i] = Math.cos(angle);
      }
    });
  }
  return positions;
}
