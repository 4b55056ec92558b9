import type { LoadedData, Predictions, Report } from '../definition.ts';
import { brightness, type ExhibitPart } from '../exhibit.ts';
import { wordErrorRate } from '../metrics/word-error-rate.ts';
import { SPEECH } from './data.ts';

/** Input frames per frame that is decoded. */
export const SUBSAMPLING = 4;

/** Greedy decoding: the most probable class of each frame, repetitions merged and blanks left out. */
export function decode(path: readonly number[], blank: number): readonly number[] {
  return path.filter((label, t) => label !== blank && label !== path[t - 1]);
}

/** What a model says of each row: its CTC loss in nats, then the most probable class of each decoded frame. */
interface SpeechPrediction {
  readonly loss: number;
  readonly digits: readonly number[];
}

/** What is known of the validation rows. */
interface Utterances {
  readonly frames: readonly number[];
  readonly digits: readonly (readonly number[])[];
}

function validationUtterances({ arrays, trainRows, validationRows }: LoadedData): Utterances {
  const rows = Array.from({ length: validationRows }, (_, row) => trainRows + row);
  const labels = arrays.labels?.values ?? new Int32Array();
  return {
    frames: rows.map((row) => arrays.frames?.values[row] as number),
    digits: rows.map((row) => Array.from(labels.subarray(row * SPEECH.labels, (row + 1) * SPEECH.labels)).filter((digit) => digit >= 0)),
  };
}

function predictionOf({ rows, values }: Predictions, row: number, frames: number): SpeechPrediction {
  const width = values.length / rows;
  const [loss, ...path] = values.subarray(row * width, (row + 1) * width);
  return { loss: loss as number, digits: decode(path.slice(0, Math.ceil(frames / SUBSAMPLING)), SPEECH.blank) };
}

/** Time to the right, low frequencies at the bottom, from the quietest to the loudest place of the utterance. */
function spectrogram({ arrays }: LoadedData, row: number, frames: number): ExhibitPart {
  const { time, bins } = SPEECH;
  const values = (arrays.x?.values ?? new Float32Array()).subarray(row * time * bins, (row * time + frames) * bins);
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const pixels = Uint8Array.from({ length: bins * frames }, (_, i) => {
    const [bin, t] = [bins - 1 - Math.floor(i / frames), i % frames];
    return brightness(((values[t * bins + bin] as number) - least) / (greatest - least));
  });
  return { kind: 'image', caption: `log-mel spectrogram, ${frames} frames`, width: frames, height: bins, pixels, palette: 'heat' };
}

const SHOWN_ROWS = 4;

/** Metrics (word error rate, mean CTC loss) and exhibit of a model that predicts as `ctc-network.ts` does. */
export function speechReport(data: LoadedData): Report {
  const { frames, digits } = validationUtterances(data);
  const names = data.words?.digits ?? [];
  const spell = (heard: readonly number[]): string => heard.map((digit) => names[digit]).join(' ');
  const all = (predictions: Predictions): readonly SpeechPrediction[] =>
    Array.from({ length: predictions.rows }, (_, row) => predictionOf(predictions, row, frames[row] as number));
  return {
    score(predictions) {
      const found = all(predictions);
      const loss = found.reduce((sum, own) => sum + own.loss, 0) / found.length;
      // A diverged network says nothing, whatever argMax makes of NaN.
      if (!Number.isFinite(loss)) return [Number.NaN, Number.NaN];
      const rate = wordErrorRate(
        digits,
        found.map((own) => own.digits),
      );
      return [rate, loss];
    },
    show: (predictions) => ({
      note: 'Validation utterances by synthetic voices that do not occur in training, and the digits that the network hears.',
      items: all(predictions)
        .slice(0, SHOWN_ROWS)
        .map(({ loss, digits: heard }, row) => {
          const spoken = digits[row] ?? [];
          const isKnown = Number.isFinite(loss);
          return {
            title: spoken.join(' '),
            isRight: isKnown ? heard.join() === spoken.join() : null,
            parts: [
              spectrogram(data, data.trainRows + row, frames[row] as number),
              { kind: 'text', role: 'reference', caption: 'spoken', text: spell(spoken) },
              {
                kind: 'text',
                role: 'output',
                caption: isKnown ? 'heard' : 'hears nothing: its output is not finite',
                text: isKnown ? spell(heard) : '',
              },
            ],
          };
        }),
    }),
  };
}
