import { meanBinaryCrossEntropy } from '../binary.ts';
import type { LoadedData, Predictions, Report } from '../definition.ts';
import type { ExhibitItem, ExhibitPart } from '../exhibit.ts';
import { averagePrecisions, meanAveragePrecision } from '../metrics/average-precision.ts';
import { EDGES, MOLECULES } from './data.ts';

/** Molecules that are shown: the first validation rows. */
const SHOWN_ROWS = 3;

const ORDERS = { single: 1, double: 2, triple: 3, aromatic: 'aromatic' } as const;

/** What the labels of the data set mean, in fewer words. */
const LABEL_WORDS: Readonly<Record<string, string>> = {
  carbonyl_acid: 'carboxylic acid',
  ester: 'ester',
  amide: 'amide',
  ketone: 'ketone',
  phenol: 'phenol',
  aryl_amine: 'aryl amine',
  aliphatic_alcohol: 'aliphatic alcohol',
  ether: 'ether',
  saturated_six_ring: 'six-ring with an sp3 carbon',
  ortho: 'ortho substituents',
  para: 'para substituents',
  meta: 'meta substituents',
  branched_carbon: 'branched sp3 carbon',
  symmetric: 'symmetric',
  tertiary_amine: 'tertiary amine',
  benzyl: 'sp3 carbon on an aromatic ring',
};

type Molecule = Extract<ExhibitPart, { readonly kind: 'molecule' }>;

/** The molecule of a row, counted over all rows. */
export function moleculeOf({ arrays, words }: LoadedData, row: number): Pick<Molecule, 'atoms' | 'bonds'> {
  const of = (name: string, length: number): readonly number[] =>
    Array.from(arrays[name]?.values.subarray(row * length, (row + 1) * length) ?? []);
  const { atomTypes = [], bondTypes = [] } = words ?? {};
  const [senders, receivers] = [of('senders', EDGES), of('receivers', EDGES)];
  return {
    atoms: of('atoms', MOLECULES.atoms)
      .filter((type) => type > 0)
      .map((type) => atomTypes[type] as string),
    bonds: of('bonds', EDGES)
      // The first half has every bond in one direction.
      .slice(0, MOLECULES.bonds)
      .flatMap((type, bond) =>
        type === 0
          ? []
          : [{ from: senders[bond] as number, to: receivers[bond] as number, order: ORDERS[bondTypes[type] as keyof typeof ORDERS] }],
      ),
  };
}

/** Numbers of heavy atoms by element, e.g. C6NO2: carbon first, charges left out. */
function heavyFormula(atoms: readonly string[]): string {
  const elements = atoms.map((atom) => atom.replace(/[+-]/, ''));
  return [...new Set(elements)]
    .sort()
    .map((element) => {
      const count = elements.filter((other) => other === element).length;
      return `${element}${count === 1 ? '' : count}`;
    })
    .join('');
}

/** Mean average precision and mean cross-entropy from the logits of all labels, and the first molecules with their labels. */
export function moleculesReport(data: LoadedData): Report {
  const { labels } = MOLECULES;
  const y = (data.arrays.y?.values ?? new Float32Array()).subarray(data.trainRows * labels);
  const names = (data.words?.labels ?? []).map((name) => LABEL_WORDS[name] ?? name);

  const item = ({ values }: Predictions, row: number): ExhibitItem => {
    const molecule = moleculeOf(data, data.trainRows + row);
    const entries = names.map((label, index) => ({
      label,
      probability: 1 / (1 + Math.exp(-(values[row * labels + index] as number))),
      isTrue: y[row * labels + index] === 1,
    }));
    const isKnown = entries.every(({ probability }) => Number.isFinite(probability));
    const found = entries.filter(({ probability }) => probability > 0.5).map(({ label }) => label);
    return {
      title: heavyFormula(molecule.atoms),
      isRight: isKnown ? entries.every(({ probability, isTrue }) => probability > 0.5 === isTrue) : null,
      parts: [
        { kind: 'molecule', caption: `validation row ${row + 1}, without hydrogen`, ...molecule },
        {
          kind: 'probabilities',
          caption: isKnown ? `says ${found.join(', ') || 'none of them'}` : 'says nothing: its output is not finite',
          entries,
        },
      ],
    };
  };

  return {
    score: ({ values }) => {
      const crossEntropy = meanBinaryCrossEntropy(values, y);
      return [Number.isNaN(crossEntropy) ? Number.NaN : meanAveragePrecision(averagePrecisions(values, y, labels)), crossEntropy];
    },
    show: (predictions) => ({
      note: 'Validation molecules without their hydrogen, and how probable the network finds each of 16 properties. Real molecules; the properties were computed from their structure.',
      items: Array.from({ length: Math.min(SHOWN_ROWS, predictions.rows) }, (_, row) => item(predictions, row)),
    }),
  };
}
