import type { ExhibitPart } from '../../../workloads/exhibit.ts';

/** Atoms and bonds as a workload shows them; hydrogens are usually left out. */
export type Molecule = Pick<Extract<ExhibitPart, { kind: 'molecule' }>, 'atoms' | 'bonds'>;
export type Bond = Molecule['bonds'][number];

/** In bond lengths, y upwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Neighbours of each atom. */
export function neighboursOf({ atoms, bonds }: Molecule): readonly (readonly number[])[] {
  const neighbours = atoms.map(() => [] as number[]);
  for (const { from, to } of bonds) {
    neighbours[from]?.push(to);
    neighbours[to]?.push(from);
  }
  return neighbours;
}

/** Atoms that can be reached from `start` without passing through `wall`, `start` first. */
export function reachable(neighbours: readonly (readonly number[])[], start: number, wall = -1): readonly number[] {
  const found = new Set([start]);
  for (const atom of found) {
    for (const next of neighbours[atom] ?? []) if (next !== wall) found.add(next);
  }
  return [...found];
}

/** The atoms of each connected part. */
export function componentsOf(molecule: Molecule): readonly (readonly number[])[] {
  const neighbours = neighboursOf(molecule);
  const seen = new Set<number>();
  return molecule.atoms.flatMap((_, atom) => {
    if (seen.has(atom)) return [];
    const component = reachable(neighbours, atom);
    for (const member of component) seen.add(member);
    return [component];
  });
}

/** The molecule in words, for those who do not see the drawing. */
export function describeMolecule(molecule: Molecule): string {
  const counts = new Map<string, number>();
  for (const atom of molecule.atoms) counts.set(atom, (counts.get(atom) ?? 0) + 1);
  const elements = [...counts].map(([symbol, count]) => `${count} ${symbol}`).join(', ');
  const rings = molecule.bonds.length - molecule.atoms.length + componentsOf(molecule).length;
  return `molecule of ${molecule.atoms.length} atoms (${elements}), ${molecule.bonds.length} bonds, ${rings === 1 ? '1 ring' : `${rings} rings`}`;
}
