import type { LoadedData } from '../definition.ts';
import type { WorkloadCases } from '../testing/cases.ts';

/** Pixels along each side of the small network's slices, every sixth one of the original's. */
const SMALL_SIDE = 8;
const EVERY = 6;

function shrink(data: LoadedData): LoadedData {
  const { values, rowShape } = data.arrays.x as LoadedData['arrays'][string];
  const side = rowShape[0] as number;
  const size = SMALL_SIDE ** 2;
  const rows = data.trainRows + data.validationRows;
  const small = Float32Array.from({ length: rows * size }, (_, index) => {
    const [slice, pixel] = [Math.floor(index / size), index % size];
    return values[slice * side * side + EVERY * (Math.floor(pixel / SMALL_SIDE) * side + (pixel % SMALL_SIDE))] as number;
  });
  return { ...data, arrays: { x: { values: small, rowShape: [SMALL_SIDE, SMALL_SIDE] } } };
}

export const cases: WorkloadCases = {
  small: { options: { width: 2, depth: 1 }, others: { width: 3, depth: 2 }, batch: 2, trainRows: 16, validationRows: 2, shrink },
  initialLoss: {
    value: 1.2,
    tolerance: 0.2,
    why: 'targets are 1.04 from 0 on average, and outputs of a standard deviation of about 0.7 have nothing to do with them yet',
  },
};
