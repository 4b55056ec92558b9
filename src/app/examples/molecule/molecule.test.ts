import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawMolecule } from './draw.ts';
import { type Bond, describeMolecule, type Molecule, neighboursOf, type Point } from './graph.ts';
import { layoutMolecule } from './layout.ts';
import { smallestRings } from './rings.ts';
import { distance } from './vectors.ts';

const FRAME = { width: 210, height: 140 };

/** Bonds as `0-1 1=2 2#3 3:4`. */
function molecule(atoms: string, bonds: string): Molecule {
  const orders: Readonly<Record<string, Bond['order']>> = { '-': 1, '=': 2, '#': 3, ':': 'aromatic' };
  return {
    atoms: atoms.split(' '),
    bonds: bonds.split(' ').map((bond) => {
      const [, from, order = '', to] = /^(\d+)([-=#:])(\d+)$/.exec(bond) ?? [];
      return { from: Number(from), to: Number(to), order: orders[order] as Bond['order'] };
    }),
  };
}

const BENZENE = '0:1 1:2 2:3 3:4 4:5 5:0';
const NAPHTHALENE = molecule('C C C C C C C C C C', `${BENZENE} 4:6 6:7 7:8 8:9 9:5`);
const NITROBENZENE = molecule('C C C C C C N+ O O-', `${BENZENE} 0-6 6=7 6-8`);
const NORBORNANE = molecule('C C C C C C C', '0-1 1-2 2-3 3-4 4-5 5-0 0-6 6-3');
const SPIRO = molecule('C C C C C C C C C', '0-1 1-2 2-3 3-4 4-0 0-5 5-6 6-7 7-8 8-0');
const HEXANE = molecule('C C C C C C', '0-1 1-2 2-3 3-4 4-5');
const ACETONITRILE = molecule('C C N', '0-1 1#2');

/** The drawn length of every bond. */
function bondLengths(drawn: Molecule): readonly number[] {
  const { points } = layoutMolecule(drawn, FRAME);
  return drawn.bonds.map(({ from, to }) => distance(points[from] as Point, points[to] as Point));
}

/** The least distance between two atoms. */
function leastDistance(drawn: Molecule): number {
  const { points } = layoutMolecule(drawn, FRAME);
  return Math.min(...points.flatMap((a, i) => points.slice(i + 1).map((b) => distance(a, b))));
}

/** Angles at an atom between its bonds, in degrees. */
function anglesAt(drawn: Molecule, atom: number): readonly number[] {
  const { points } = layoutMolecule(drawn, FRAME);
  const own = points[atom] as Point;
  const directions = (neighboursOf(drawn)[atom] ?? []).map((other) => {
    const { x, y } = points[other] as Point;
    return Math.atan2(y - own.y, x - own.x);
  });
  return directions.flatMap((a, i) => directions.slice(i + 1).map((b) => (Math.acos(Math.cos(a - b)) * 180) / Math.PI));
}

describe('rings', () => {
  it('are the smallest ones', () => {
    const sizes = (drawn: Molecule) => smallestRings(drawn).map((ring) => ring.length);
    expect(sizes(HEXANE)).toEqual([]);
    expect(sizes(NITROBENZENE)).toEqual([6]);
    expect(sizes(NAPHTHALENE)).toEqual([6, 6]);
    expect(sizes(NORBORNANE)).toEqual([5, 5]);
    expect(sizes(SPIRO)).toEqual([5, 5]);
  });

  it('are as many as bonds close them, in any graph', () => {
    const graphs = fc.integer({ min: 1, max: 9 }).chain((atoms) =>
      fc
        .uniqueArray(fc.tuple(fc.nat({ max: atoms - 1 }), fc.nat({ max: atoms - 1 })), {
          maxLength: 14,
          selector: ([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`,
        })
        .map(
          (pairs): Molecule => ({
            atoms: Array<string>(atoms).fill('C'),
            bonds: pairs.filter(([a, b]) => a !== b).map(([from, to]) => ({ from, to, order: 1 })),
          }),
        ),
    );
    fc.assert(
      fc.property(graphs, (drawn) => {
        const found = Number(/(\d+) rings?$/.exec(describeMolecule(drawn))?.[1]);
        expect(smallestRings(drawn).length).toBe(found);
        const { points } = layoutMolecule(drawn, FRAME);
        expect(points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('are drawn as regular polygons, fused and spiro ones too', () => {
    for (const [drawn, angle] of [
      [NITROBENZENE, 120],
      [NAPHTHALENE, 120],
      [SPIRO, 108],
    ] as const) {
      for (const length of bondLengths(drawn)) expect(length).toBeCloseTo(1, 6);
      for (const ring of smallestRings(drawn)) {
        const corner = ring[1] as number;
        expect(Math.min(...anglesAt(drawn, corner).map((found) => Math.abs(found - angle)))).toBeLessThan(1e-6);
      }
    }
  });

  it('that are bridged have bonds of like length and atoms apart', () => {
    expect(Math.min(...bondLengths(NORBORNANE))).toBeGreaterThan(0.7);
    expect(Math.max(...bondLengths(NORBORNANE))).toBeLessThan(1.4);
    expect(leastDistance(NORBORNANE)).toBeGreaterThan(0.5);
  });
});

describe('chains', () => {
  it('go in zigzag, and straight through a triple bond', () => {
    for (const atom of [1, 2, 3, 4]) expect(anglesAt(HEXANE, atom)[0]).toBeCloseTo(120, 6);
    const { points } = layoutMolecule(HEXANE, FRAME);
    // Never turning the same way twice, the ends are five half steps of 120 degrees apart.
    expect(distance(points[0] as Point, points[5] as Point)).toBeCloseTo(Math.hypot(5 * Math.cos(Math.PI / 6), 0.5), 6);
    expect(anglesAt(ACETONITRILE, 1)[0]).toBeCloseTo(180, 6);
  });

  it('turn away from what is in their way', () => {
    // A branched chain whose arms would meet if all of them went on in zigzag.
    const crowded = molecule('C C C C C C C C C C C C C', '0-1 1-2 2-3 3-4 2-5 5-6 6-7 2-8 8-9 9-10 6-11 9-12');
    expect(leastDistance(crowded)).toBeGreaterThan(0.6);
  });
});

describe('the drawing', () => {
  it('has one line for a single bond, two for a double one, three for a triple one, and a circle in an aromatic ring', () => {
    expect(drawMolecule(HEXANE).lines).toHaveLength(5);
    expect(drawMolecule(ACETONITRILE).lines).toHaveLength(4);
    const { lines, circles } = drawMolecule(NITROBENZENE);
    expect(lines).toHaveLength(6 + 1 + 2 + 1);
    expect(circles).toHaveLength(1);
    expect(drawMolecule(NAPHTHALENE).circles).toHaveLength(2);
  });

  it('dashes the second line of aromatic bonds outside of aromatic rings', () => {
    const { lines, circles } = drawMolecule(molecule('C C C C C C', '0:1 1:2 2:3 3:4 4:5 5-0'));
    expect(circles).toHaveLength(0);
    expect(lines.filter(({ isDashed }) => isDashed)).toHaveLength(5);
  });

  it('names every element but carbon, with its charge', () => {
    expect(drawMolecule(NITROBENZENE).labels.map(({ symbol, charge }) => symbol + charge)).toEqual(['N+', 'O', 'O−']);
    expect(drawMolecule({ atoms: ['C'], bonds: [] }).labels.map(({ symbol }) => symbol)).toEqual(['C']);
  });

  it('stays in its frame', () => {
    for (const drawn of [HEXANE, NAPHTHALENE, NITROBENZENE, SPIRO, { atoms: ['C', 'O'], bonds: [] }]) {
      const { width, height, lines, labels } = drawMolecule(drawn);
      for (const { x, y } of [...lines.flatMap(({ from, to }) => [from, to]), ...labels.map(({ at }) => at)]) {
        expect(Math.min(x, y, width - x, height - y)).toBeGreaterThan(0);
      }
    }
  });

  it('is told in words', () => {
    expect(describeMolecule(NITROBENZENE)).toBe('molecule of 9 atoms (6 C, 1 N+, 1 O, 1 O-), 9 bonds, 1 ring');
  });
});
