import * as v from 'valibot';
import type { FetchFile, LoadedData } from '../definition.ts';
import { attributionOf, parseMeta, sourceEntries } from '../meta.ts';
import { fetchVerified } from '../verify.ts';
import set from './files.json' with { type: 'json' };

export const SPEECH_FILES = set.files;

/** What is made of the data: their lengths, bins and digits are checked against it. */
export const SPEECH = {
  /** Frames that an utterance has at most; 24.99 ms each. */
  time: 64,
  bins: 20,
  /** Digits that an utterance has at most. */
  labels: 4,
  /** Digits and, last, the blank of CTC. */
  classes: 11,
  blank: 10,
} as const;

/** Stands for no label, beyond an utterance's last one. */
export const NO_LABEL = -1;
const NO_LABEL_BYTE = 255;

const MetaSchema = v.object({
  ...sourceEntries,
  class_names: v.pipe(v.array(v.string()), v.length(SPEECH.blank)),
  bins: v.literal(SPEECH.bins),
  max_frames: v.literal(SPEECH.time),
  max_labels: v.literal(SPEECH.labels),
  n_train: v.number(),
  normalisation: v.object({
    x: v.literal('(byte - mean[bin]) / std[bin]'),
    mean: v.pipe(v.array(v.number()), v.length(SPEECH.bins)),
    std: v.pipe(v.array(v.number()), v.length(SPEECH.bins)),
  }),
});

/**
 * Loads the spoken digit strings (synthetic voices). Arrays, training rows first, then the validation rows that are evaluated:
 * `x` (64, 20) log-mel features, standardised per bin with the training frames' constants, 0 beyond an utterance's end; `frames` () how many
 * it has; `labels` (4) its digits, -1 beyond the last one. Words: `digits`.
 * Throws `DataMissingError` or `DataChecksumError`.
 *
 * @param validationRows how many validation rows are evaluated; they are shuffled
 */
export async function loadSpeech(fetchFile: FetchFile, validationRows: number): Promise<LoadedData> {
  const [metaBytes, xBytes, offsetBytes, labelBytes] = (await Promise.all(
    SPEECH_FILES.map((file) => fetchVerified(file, fetchFile)),
  )) as readonly ArrayBuffer[] as readonly [ArrayBuffer, ArrayBuffer, ArrayBuffer, ArrayBuffer];
  const meta = parseMeta(MetaSchema, metaBytes);
  const { mean, std } = meta.normalisation;
  const [bytes, offsets, digits] = [new Uint8Array(xBytes), new Uint32Array(offsetBytes), new Uint8Array(labelBytes)];
  const rows = meta.n_train + validationRows;
  const { time, bins } = SPEECH;
  const x = new Float32Array(rows * time * bins);
  const frames = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [start, end] = [offsets[row] as number, offsets[row + 1] as number];
    frames[row] = end - start;
    const own = bytes.subarray(start * bins, end * bins);
    own.forEach((byte, i) => {
      x[row * time * bins + i] = (byte - (mean[i % bins] as number)) / (std[i % bins] as number);
    });
  }
  const labels = Int32Array.from(digits.subarray(0, rows * SPEECH.labels), (digit) => (digit === NO_LABEL_BYTE ? NO_LABEL : digit));
  return {
    trainRows: meta.n_train,
    validationRows,
    arrays: {
      x: { values: x, rowShape: [time, bins] },
      frames: { values: frames, rowShape: [] },
      labels: { values: labels, rowShape: [SPEECH.labels] },
    },
    words: { digits: meta.class_names },
    attribution: attributionOf(meta),
  };
}
