import * as v from 'valibot';
import type { FetchFile, LoadedData } from '../definition.ts';
import { attributionOf, parseMeta, sourceEntries } from '../meta.ts';
import { fetchVerified } from '../verify.ts';
import set from './files.json' with { type: 'json' };

/** What is made of the data: shapes are checked against it. */
export const MOLECULES = {
  /** Heavy atoms that a molecule has at most. */
  atoms: 24,
  bonds: 26,
  /** With 'none' as the first. */
  atomTypes: 12,
  bondTypes: 5,
  /** Bonds that an atom has at most. */
  degree: 4,
  labels: 16,
} as const;

/** Both directions of every bond. */
export const EDGES = 2 * MOLECULES.bonds;

/** In lists of atoms and edges. */
const NONE = -1;
const NO_BOND_BYTE = 255;

const file = (shape: readonly number[]) =>
  v.object({ dtype: v.literal('uint8'), shape: v.tuple([v.number(), ...shape.map((extent) => v.literal(extent))]) });

const MetaSchema = v.object({
  ...sourceEntries,
  atom_types: v.pipe(v.array(v.string()), v.length(MOLECULES.atomTypes)),
  bond_types: v.pipe(v.array(v.string()), v.length(MOLECULES.bondTypes)),
  label_names: v.pipe(v.array(v.string()), v.length(MOLECULES.labels)),
  files: v.object({
    atoms: file([MOLECULES.atoms]),
    bonds: file([MOLECULES.bonds, 3]),
    labels: file([MOLECULES.labels]),
  }),
});

const { atoms, bonds, degree } = MOLECULES;

/** The edges of each atom, (atoms, degree): those that have it at the given end. */
function edgesByAtom(ends: Int32Array): Int32Array {
  const lists = new Int32Array(atoms * degree).fill(NONE);
  ends.forEach((atom, edge) => {
    if (atom === NONE) return;
    const slot = lists.subarray(atom * degree, (atom + 1) * degree).indexOf(NONE);
    if (slot < 0) throw new RangeError(`atom ${atom} has more than ${degree} bonds`);
    lists[atom * degree + slot] = edge;
  });
  return lists;
}

/**
 * Loads the molecules as graphs whose edges are bonds in one direction: all bonds first, then all of them the other way round. Arrays, train
 * rows first: `atoms` (24) types, 0 for none; `degrees` (24) numbers of bonds; `bonds` (52) types, 0 for none; `senders` and `receivers` (52)
 * atoms at both ends, `outgoing` and `incoming` (24, 4) edges of each atom, all -1 for none; `y` (16), 1 for a label that is true.
 * Words: `atomTypes`, `bondTypes`, `labels`.
 * Throws `DataMissingError` or `DataChecksumError`.
 */
export async function loadMolecules(fetchFile: FetchFile): Promise<LoadedData> {
  const [metaBytes, atomBytes, bondBytes, , labelBytes] = (await Promise.all(
    set.files.map((one) => fetchVerified(one, fetchFile)),
  )) as readonly ArrayBuffer[] as readonly [ArrayBuffer, ArrayBuffer, ArrayBuffer, ArrayBuffer, ArrayBuffer];
  const meta = parseMeta(MetaSchema, metaBytes);
  const rows = set.trainRows + set.validationRows;
  const bytes = new Uint8Array(bondBytes);
  const types = new Int32Array(rows * EDGES);
  const senders = new Int32Array(rows * EDGES).fill(NONE);
  const receivers = new Int32Array(rows * EDGES).fill(NONE);
  const outgoing = new Int32Array(rows * atoms * degree);
  const incoming = new Int32Array(rows * atoms * degree);
  const degrees = new Int32Array(rows * atoms);
  const connect = (edge: number, from: number, to: number, type: number): void => {
    types[edge] = type;
    senders[edge] = from;
    receivers[edge] = to;
  };
  for (let row = 0; row < rows; row++) {
    for (let bond = 0; bond < bonds; bond++) {
      const [one, other, type] = bytes.subarray((row * bonds + bond) * 3) as unknown as [number, number, number];
      if (one === NO_BOND_BYTE) continue;
      connect(row * EDGES + bond, one, other, type);
      connect(row * EDGES + bonds + bond, other, one, type);
    }
    const leaving = edgesByAtom(senders.subarray(row * EDGES, (row + 1) * EDGES));
    outgoing.set(leaving, row * atoms * degree);
    incoming.set(edgesByAtom(receivers.subarray(row * EDGES, (row + 1) * EDGES)), row * atoms * degree);
    leaving.forEach((edge, slot) => {
      const atom = row * atoms + Math.floor(slot / degree);
      if (edge !== NONE) degrees[atom] = (degrees[atom] as number) + 1;
    });
  }
  return {
    trainRows: set.trainRows,
    validationRows: set.validationRows,
    arrays: {
      atoms: { values: Int32Array.from(new Uint8Array(atomBytes)), rowShape: [atoms] },
      degrees: { values: degrees, rowShape: [atoms] },
      bonds: { values: types, rowShape: [EDGES] },
      senders: { values: senders, rowShape: [EDGES] },
      receivers: { values: receivers, rowShape: [EDGES] },
      outgoing: { values: outgoing, rowShape: [atoms * degree] },
      incoming: { values: incoming, rowShape: [atoms * degree] },
      y: { values: Float32Array.from(new Uint8Array(labelBytes)), rowShape: [MOLECULES.labels] },
    },
    words: { atomTypes: meta.atom_types, bondTypes: meta.bond_types, labels: meta.label_names },
    attribution: attributionOf(meta),
  };
}
