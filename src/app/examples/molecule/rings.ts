import { type Molecule, neighboursOf } from './graph.ts';

/** A ring's atoms in order around it. */
export type Ring = readonly number[];

/** A shortest path tree from `root`: the previous atom of each, -1 where there is none. */
function shortestPaths(neighbours: readonly (readonly number[])[], root: number): readonly number[] {
  const previous = neighbours.map(() => -1);
  const seen = new Set([root]);
  for (const atom of seen) {
    for (const next of neighbours[atom] ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      previous[next] = atom;
    }
  }
  return previous;
}

/** From `atom` back to the root of the tree. */
function pathFrom(previous: readonly number[], atom: number): readonly number[] {
  const path = [atom];
  for (let at = previous[atom] ?? -1; at >= 0; at = previous[at] ?? -1) path.push(at);
  return path;
}

/**
 * A smallest set of smallest rings, shortest first: a minimum cycle basis, chosen greedily from the cycles that consist of one bond and
 * shortest paths to its ends (J. D. Horton, SIAM J. Comput. 16, 1987). Cycles are added as sets of bonds, modulo 2.
 */
export function smallestRings(molecule: Molecule): readonly Ring[] {
  const neighbours = neighboursOf(molecule);
  const bondOf = new Map(
    molecule.bonds.flatMap(({ from, to }, index) => [
      [`${from} ${to}`, index],
      [`${to} ${from}`, index],
    ]),
  );
  const candidates: Ring[] = [];
  molecule.atoms.forEach((_, root) => {
    const previous = shortestPaths(neighbours, root);
    for (const { from, to } of molecule.bonds) {
      const there = pathFrom(previous, from);
      const back = pathFrom(previous, to);
      if (there.at(-1) !== root || back.at(-1) !== root) continue;
      const ring = [...there.toReversed(), ...back.slice(0, -1)];
      if (ring.length > 2 && new Set(ring).size === ring.length) candidates.push(ring);
    }
  });
  candidates.sort((a, b) => a.length - b.length);

  const basis: bigint[] = [];
  return candidates.filter((ring) => {
    let bonds = 0n;
    ring.forEach((atom, i) => {
      bonds |= 1n << BigInt(bondOf.get(`${atom} ${ring[(i + 1) % ring.length]}`) ?? 0);
    });
    // Each member of the basis has a highest bond that no later reduction brings back.
    for (const other of basis) if ((bonds ^ other) < bonds) bonds ^= other;
    if (bonds === 0n) return false;
    basis.push(bonds);
    basis.sort((a, b) => (a < b ? 1 : -1));
    return true;
  });
}

/** Rings that share atoms, together. */
export function ringSystems(rings: readonly Ring[]): readonly (readonly Ring[])[] {
  const systems: Ring[][] = [];
  for (const ring of rings) {
    const touching = systems.filter((system) => system.some((other) => other.some((atom) => ring.includes(atom))));
    for (const system of touching) systems.splice(systems.indexOf(system), 1);
    systems.push([...touching.flat(), ring]);
  }
  return systems;
}
