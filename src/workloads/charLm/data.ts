import * as v from 'valibot';
import type { FetchFile, LoadedData } from '../definition.ts';
import { attributionOf, parseMeta, sourceEntries } from '../meta.ts';
import { fetchVerified } from '../verify.ts';
import set from './files.json' with { type: 'json' };

/** Characters of a row that come before the first one that is predicted. */
export const GIVEN = 3;
/** Validation characters that are predicted, the first ones: an evaluation every fortieth of the steps then costs less than a quarter of the time. */
const EVALUATED = 3072;

const MetaSchema = v.object({
  ...sourceEntries,
  n_train: v.number(),
  vocab: v.array(v.pipe(v.string(), v.length(1))),
});

/** Rows of `GIVEN` + `predicted` characters, so that each one from `start` + `GIVEN` to `end` is predicted once; what is left over is cut. */
function rowsOf(text: Uint8Array, predicted: number, start: number, end: number): Int32Array {
  const length = GIVEN + predicted;
  const rows = Math.floor((end - start - GIVEN) / predicted);
  const values = new Int32Array(rows * length);
  for (let row = 0; row < rows; row++) {
    const first = start + row * predicted;
    values.set(text.subarray(first, first + length), row * length);
  }
  return values;
}

/**
 * Array `text`, rows of successive characters as numbers in the vocabulary. The validation part is of later chapters. Words `characters`: the
 * vocabulary. Throws `DataMissingError` or `DataChecksumError`.
 *
 * @param predicted characters of a row that are predicted
 */
export async function loadText(predicted: number, fetchFile: FetchFile): Promise<LoadedData> {
  const [metaBytes, textBytes] = (await Promise.all(set.files.map((file) => fetchVerified(file, fetchFile)))) as [ArrayBuffer, ArrayBuffer];
  const meta = parseMeta(MetaSchema, metaBytes);
  const text = new Uint8Array(textBytes);
  const train = rowsOf(text, predicted, 0, meta.n_train);
  const validation = rowsOf(text, predicted, meta.n_train, meta.n_train + GIVEN + EVALUATED);
  const values = new Int32Array(train.length + validation.length);
  values.set(train);
  values.set(validation, train.length);
  const length = GIVEN + predicted;
  return {
    trainRows: train.length / length,
    validationRows: validation.length / length,
    arrays: { text: { values, rowShape: [length] } },
    words: { characters: meta.vocab },
    attribution: attributionOf(meta),
  };
}
