import type { LoadedData, Predictions, Report } from '../definition.ts';
import { brightness, type ExhibitPart } from '../exhibit.ts';
import { type Picture, similarityOf } from '../metrics/ssim.ts';
import { validationColumns, zeroFilledSlice } from './columns.ts';
import { PLANES } from './slices.ts';

/** Greatest minus least brightness. */
const DATA_RANGE = 1;

interface Reconstruction {
  /** Mean absolute error in standard deviations of the network's input. */
  readonly error: number;
  readonly picture: Picture;
}

/** One row of what the model predicts: its error, then the brightness of its pixels. */
function reconstructionOf({ rows, values }: Predictions, row: number): Reconstruction {
  const width = values.length / rows;
  const own = values.subarray(row * width, (row + 1) * width);
  return { error: own[0] as number, picture: { side: Math.sqrt(width - 1), values: own.subarray(1) } };
}

function picturePart({ side, values }: Picture, caption: string): ExhibitPart {
  return { kind: 'image', caption, width: side, height: side, pixels: Uint8Array.from(values, brightness), palette: 'grey' };
}

/** Metrics and exhibit of a network that predicts, for each slice, its mean absolute error and the pixels. */
export function mriReport({ arrays, trainRows, validationRows, words = {} }: LoadedData): Report {
  const { values = new Float32Array(), rowShape = [] } = arrays.x ?? {};
  const side = rowShape[0] as number;
  const originals = Array.from({ length: validationRows }, (_, row): Picture => {
    const first = (trainRows + row) * side * side;
    return { side, values: values.subarray(first, first + side * side) };
  });
  const similarities = originals.map(similarityOf(side, DATA_RANGE));
  const similarity = (row: number, picture: Picture): number => (similarities[row] as (typeof similarities)[number])(picture);
  const measured = validationColumns(side);
  const count = measured.reduce((sum, isMeasured) => sum + isMeasured, 0);

  // One slice of each plane.
  const shown = PLANES.map((plane) => words.planes?.indexOf(plane) ?? -1)
    .filter((row) => row >= 0 && row < validationRows)
    .map((row) => {
      const original = originals[row] as Picture;
      const seen = { side, values: zeroFilledSlice(original.values, measured) };
      const plane = words.planes?.[row] as string;
      return {
        row,
        title: `${plane[0]?.toUpperCase()}${plane.slice(1)} slice ${words.numbers?.[row]}`,
        seen: picturePart(seen, `undersampled, SSIM ${similarity(row, seen).toFixed(3)}`),
        original: picturePart(original, 'original'),
      };
    });

  return {
    score: (predictions) => {
      let [total, error] = [0, 0];
      for (let row = 0; row < predictions.rows; row++) {
        const own = reconstructionOf(predictions, row);
        total += similarity(row, own.picture);
        error += own.error;
      }
      if (!Number.isFinite(total) || !Number.isFinite(error)) return [Number.NaN, Number.NaN];
      return [total / predictions.rows, error / predictions.rows];
    },
    show: (predictions) => ({
      note: `Validation slices: ${count} of ${side} columns of their k-space, what the network makes of them, and the slices themselves. They are of the one human head that most training slices are of too, beside an average of 19 macaques, so this says nothing about other people.`,
      items: shown.map(({ row, title, seen, original }) => {
        const { picture } = reconstructionOf(predictions, row);
        const found = similarity(row, picture);
        const caption = Number.isFinite(found)
          ? `reconstruction, SSIM ${found.toFixed(3)}`
          : 'no reconstruction: its pixels are not finite';
        return { title, isRight: null, parts: [seen, picturePart(picture, caption), original] };
      }),
    }),
  };
}
