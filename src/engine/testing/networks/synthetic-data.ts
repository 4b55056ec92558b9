import { normals, pcg4d } from '../../../kernels/counter-random.ts';
import type { LoadedData } from '../../../workloads/definition.ts';

/** Counter streams of the synthetic data; any fixed words would do. */
const STREAM = { labels: 1, patterns: 2, noise: 3 } as const;
const SEED = 2026;
/** Length of a class's mean in units of the noise: learnable within some dozens of steps, not in one. */
const PATTERN_SCALE = 0.5;

export interface SyntheticSizes {
  readonly trainRows: number;
  readonly validationRows: number;
  /** Labelled pieces of one row: 1, or a sequence's tokens. */
  readonly pieces: number;
  /** Values of one piece. */
  readonly features: number;
  readonly classes: number;
}

/**
 * Gaussian classes: every piece is its class's fixed random mean plus noise, with one-hot labels. A pure function of the sizes.
 * x (rows, [pieces,] features), y (rows, [pieces,] classes); the pieces' axis is left out where there is one piece.
 */
export function syntheticData({ trainRows, validationRows, pieces, features, classes }: SyntheticSizes): LoadedData {
  const count = (trainRows + validationRows) * pieces;
  const patterns = normals(SEED, STREAM.patterns, 0, classes * features);
  const x = normals(SEED, STREAM.noise, 0, count * features);
  const y = new Float32Array(count * classes);
  const words = new Uint32Array(4);
  for (let piece = 0; piece < count; piece++) {
    pcg4d(SEED, STREAM.labels, 0, piece, words);
    const label = (words[0] as number) % classes;
    y[piece * classes + label] = 1;
    for (let i = 0; i < features; i++)
      x[piece * features + i] = (x[piece * features + i] as number) + PATTERN_SCALE * (patterns[label * features + i] as number);
  }
  const lead = pieces === 1 ? [] : [pieces];
  return {
    trainRows,
    validationRows,
    arrays: { x: { values: x, rowShape: [...lead, features] }, y: { values: y, rowShape: [...lead, classes] } },
    attribution: {
      title: 'Gaussian classes',
      description: `${count} pieces of ${features} values in ${classes} classes, generated`,
      attribution: 'Freestep',
      spdx: 'MIT',
      licenceUrl: 'https://spdx.org/licenses/MIT.html',
    },
  };
}
