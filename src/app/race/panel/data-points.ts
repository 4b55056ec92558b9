import type { LoadedData } from '../../../workloads/definition.ts';

/** A data set's features (rows, features) and class of each row, train rows only. */
export interface Table {
  readonly x: Float32Array | Int32Array;
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  /** Pixels along each side where a row is a square picture, else null. */
  readonly side: number | null;
  classOf(row: number): number;
}

/** Square numbers of features below this are a coincidence. */
const LEAST_PIXELS = 49;

function sideOf(features: number): number | null {
  const side = Math.sqrt(features);
  return features >= LEAST_PIXELS && Number.isInteger(side) ? side : null;
}

/** The classification table of a loaded set, or null when it is not one. */
export function tableOf(data: LoadedData): Table | null {
  const x = data.arrays.x;
  const y = data.arrays.y;
  if (!x || !y) return null;
  const features = x.rowShape.reduce((product, extent) => product * extent, 1);
  const classes = y.rowShape.reduce((product, extent) => product * extent, 1);
  if (classes < 2) return null;
  return {
    x: x.values,
    rows: data.trainRows,
    features,
    classes,
    side: sideOf(features),
    classOf: (row) => y.values.subarray(row * classes, (row + 1) * classes).indexOf(1),
  };
}

/** First training row of each class. */
export function firstOfEachClass(table: Table): readonly number[] {
  const found = new Map<number, number>();
  for (let row = 0; row < table.rows && found.size < table.classes; row++) {
    const label = table.classOf(row);
    if (!found.has(label)) found.set(label, row);
  }
  return [...found].sort(([a], [b]) => a - b).map(([, row]) => row);
}

/** Rows looked at when features are compared: plenty for a picture. */
const SAMPLE = 600;

/** The two features whose class means differ most against their spread (Fisher's ratio): the most telling pair for a scatter. */
export function tellingFeatures(table: Table): readonly [number, number] {
  const { x, features, classes } = table;
  const rows = Math.min(SAMPLE, table.rows);
  const ratios = Array.from({ length: features }, (_, feature) => {
    const sums = new Float64Array(classes);
    const squares = new Float64Array(classes);
    const counts = new Float64Array(classes);
    for (let row = 0; row < rows; row++) {
      const label = table.classOf(row);
      const value = x[row * features + feature] ?? 0;
      sums[label] = (sums[label] ?? 0) + value;
      squares[label] = (squares[label] ?? 0) + value * value;
      counts[label] = (counts[label] ?? 0) + 1;
    }
    const mean = sums.reduce((total, sum) => total + sum, 0) / rows;
    let between = 0;
    let within = 0;
    counts.forEach((count, label) => {
      if (count === 0) return;
      const classMean = (sums[label] ?? 0) / count;
      between += count * (classMean - mean) ** 2;
      within += (squares[label] ?? 0) - count * classMean ** 2;
    });
    return { feature, ratio: between / (within + 1e-9) };
  });
  ratios.sort((a, b) => b.ratio - a.ratio);
  return [ratios[0]?.feature ?? 0, ratios[1]?.feature ?? 0];
}
