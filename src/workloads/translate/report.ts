import type { LoadedData, Predictions, Report } from '../definition.ts';
import { characterBleu4 } from '../metrics/bleu.ts';
import { chrF2 } from '../metrics/chrf.ts';
import { PADDING, textOf } from './byte-pairs.ts';

const SHOWN_ROWS = 4;

/** A validation row's texts and the length of its target in tokens, the end included. */
interface Reference {
  readonly source: string;
  readonly target: string;
  readonly tokens: number;
}

function referencesOf({ arrays, trainRows, validationRows, words }: LoadedData): readonly Reference[] {
  const vocabulary = words?.vocabulary ?? [];
  const row = (name: string, index: number): Int32Array => {
    const { values, rowShape } = arrays[name] as LoadedData['arrays'][string];
    const [length] = rowShape as [number];
    return (values as Int32Array).subarray(index * length, (index + 1) * length);
  };
  return Array.from({ length: validationRows }, (_, index) => {
    const target = row('target', trainRows + index);
    return {
      source: textOf(row('source', trainRows + index), vocabulary),
      target: textOf(target, vocabulary),
      tokens: target.reduce((count, token) => count + (token === PADDING ? 0 : 1), 0),
    };
  });
}

/** Metrics and exhibit of translations; predictions are the loss of each row in nats, then the tokens of its translation. */
export function translationReport(data: LoadedData, note: string): Report {
  const references = referencesOf(data);
  const vocabulary = data.words?.vocabulary ?? [];
  const targets = references.map(({ target }) => target);
  const [chrF, bleu] = [chrF2(targets), characterBleu4(targets)];
  const tokens = references.reduce((sum, row) => sum + row.tokens, 0);

  /** Loss in nats and translation of a row. */
  const read = ({ rows, values }: Predictions, row: number): readonly [number, string] => {
    const width = values.length / rows;
    return [values[row * width] as number, textOf(values.subarray(row * width + 1, (row + 1) * width), vocabulary)];
  };

  return {
    score(predictions) {
      const rows = references.map((_, row) => read(predictions, row));
      const loss = rows.reduce((sum, [own]) => sum + own, 0);
      if (!Number.isFinite(loss)) return [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
      const outputs = rows.map(([, text]) => text);
      const exact = outputs.filter((text, row) => text === targets[row]).length;
      return [chrF(outputs), exact / outputs.length, bleu(outputs), loss / tokens];
    },
    show: (predictions) => ({
      note,
      items: references.slice(0, SHOWN_ROWS).map(({ source, target }, row) => {
        const [loss, text] = read(predictions, row);
        const isKnown = Number.isFinite(loss);
        return {
          title: `Validation row ${row + 1}`,
          isRight: isKnown ? text === target : null,
          parts: [
            { kind: 'text', role: 'source', caption: 'English', text: source },
            { kind: 'text', role: 'reference', caption: 'German', text: target },
            {
              kind: 'text',
              role: 'output',
              caption: isKnown ? 'the model says' : 'says nothing: its output is not finite',
              text: isKnown ? text : '',
            },
          ],
        };
      }),
    }),
  };
}
