import * as v from 'valibot';
import type { FetchFile, LoadedData } from '../definition.ts';
import { attributionOf, parseMeta, sourceEntries } from '../meta.ts';
import { fetchVerified } from '../verify.ts';
import set from './files.json' with { type: 'json' };

/** By their number in info.u8. */
export const PLANES = ['sagittal', 'coronal', 'axial'] as const;

const MetaSchema = v.object({
  ...sourceEntries,
  image: v.tuple([v.number(), v.number()]),
});

/** Entries of a row of info.u8: brain, plane, number of the slice. */
const INFO = 3;

/**
 * Loads the slices. Array `x` (side, side): brightness from 0 to 1. Words: `planes` and `numbers` of the validation slices, which are all of
 * the same head.
 * Throws `DataMissingError` or `DataChecksumError`.
 */
export async function loadSlices(fetchFile: FetchFile): Promise<LoadedData> {
  const [metaBytes, x, info] = (await Promise.all(set.files.map((file) => fetchVerified(file, fetchFile)))) as [
    ArrayBuffer,
    ArrayBuffer,
    ArrayBuffer,
  ];
  const meta = parseMeta(MetaSchema, metaBytes);
  const validation = Array.from({ length: set.validationRows }, (_, row) => new Uint8Array(info, (set.trainRows + row) * INFO, INFO));
  return {
    trainRows: set.trainRows,
    validationRows: set.validationRows,
    arrays: { x: { values: Float32Array.from(new Uint8Array(x), (byte) => byte / 255), rowShape: meta.image } },
    words: {
      planes: validation.map(([, plane]) => PLANES[plane as number] as string),
      numbers: validation.map(([, , number]) => String(number)),
    },
    attribution: attributionOf(meta),
  };
}
