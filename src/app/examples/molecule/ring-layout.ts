import { type Molecule, neighboursOf, type Point } from './graph.ts';
import type { Ring } from './rings.ts';
import { angleOf, distance, middle, minus, plus, pointAt, rotated } from './vectors.ts';

/** Nearer than this (bond lengths) two atoms are taken for the same place. */
const SAME_PLACE = 0.05;
/** Atoms that are not bound may not come nearer than this. */
const TOO_NEAR = 0.7;

/** Distance of two corners, `apart` sides from each other, of a regular polygon with sides of length 1. */
const chord = (corners: number, apart: number): number => Math.sin((Math.PI * apart) / corners) / Math.sin(Math.PI / corners);

/** A regular polygon on the side from `a` to `b`, to its left; corners in order from `a` on, `b` second. */
function polygonOn(a: Point, b: Point, corners: number): readonly Point[] {
  const points = [a, b];
  let side = minus(b, a);
  while (points.length < corners) {
    side = rotated(side, (2 * Math.PI) / corners);
    points.push(plus(points.at(-1) as Point, side));
  }
  return points;
}

/** The ring's atoms starting with `first`, then `second`. */
function turnedTo(ring: Ring, first: number, second: number): Ring {
  const start = ring.indexOf(first);
  const forwards = ring.map((_, i) => ring[(start + i) % ring.length] as number);
  return forwards[1] === second ? forwards : [first, ...forwards.slice(1).toReversed()];
}

/** Where a ring's atoms go when one of them, or two neighbours, have their place; null where they do not fit what is there. */
function attach(ring: Ring, placed: ReadonlyMap<number, Point>, isInRing: (a: number, b: number) => boolean): Map<number, Point> | null {
  const candidates: (readonly [order: Ring, points: readonly Point[]])[] = [];
  ring.forEach((atom, i) => {
    const next = ring[(i + 1) % ring.length] as number;
    const [a, b] = [placed.get(atom), placed.get(next)];
    if (a && b) {
      candidates.push(
        [turnedTo(ring, atom, next), polygonOn(a, b, ring.length)],
        [turnedTo(ring, next, atom), polygonOn(b, a, ring.length)],
      );
    } else if (a && ring.every((other) => other === atom || !placed.has(other))) {
      // A spiro ring: away from the neighbours of the atom it hangs on.
      const bound = [...placed].filter(([other]) => isInRing(atom, other)).map(([, point]) => point);
      const away = angleOf(minus(a, middle(bound)));
      const half = (Math.PI * (ring.length - 2)) / (2 * ring.length);
      const b = plus(a, pointAt(away - half));
      candidates.push([turnedTo(ring, atom, next), polygonOn(a, b, ring.length)]);
    }
  });
  /** The least distance to what is placed; negative where an atom would have two places. */
  const room = (order: Ring, points: readonly Point[]): number => {
    let least = Number.POSITIVE_INFINITY;
    order.forEach((atom, i) => {
      const point = points[i] as Point;
      const own = placed.get(atom);
      if (own && distance(own, point) > SAME_PLACE) least = -1;
      if (!own) for (const other of placed.values()) least = Math.min(least, distance(other, point));
    });
    return least;
  };
  const rooms = candidates.map(([order, points]) => room(order, points));
  const best = rooms.indexOf(Math.max(...rooms));
  const [order, points] = candidates[best] ?? [];
  if (!order || !points || (rooms[best] as number) < TOO_NEAR) return null;
  return new Map(order.map((atom, i) => [atom, points[i] as Point]));
}

/** Ring systems that regular polygons can be put together to: fused and spiro rings, in the order in which they touch. */
function regularLayout(rings: readonly Ring[], isBound: (a: number, b: number) => boolean): Map<number, Point> | null {
  const touching = (ring: Ring): number => rings.filter((other) => other !== ring && other.some((atom) => ring.includes(atom))).length;
  const waiting = rings.toSorted((a, b) => touching(b) - touching(a) || b.length - a.length);
  const first = waiting.shift() as Ring;
  const placed = new Map(polygonOn({ x: 0, y: 0 }, { x: 0, y: -1 }, first.length).map((point, i) => [first[i] as number, point]));
  while (waiting.length > 0) {
    const known = (ring: Ring): number => ring.filter((atom) => placed.has(atom)).length;
    waiting.sort((a, b) => known(b) - known(a));
    const ring = waiting.shift() as Ring;
    const points = attach(ring, placed, isBound);
    if (!points) return null;
    for (const [atom, point] of points) placed.set(atom, point);
  }
  return placed;
}

const STARTS = 12;
const SWEEPS = 200;

/**
 * Bridged systems: distances as near as can be to those of regular polygons within each ring, and to the number of bonds between others, by
 * stress majorization (E. Gansner, Y. Koren, S. North, 2004), from the atoms on a circle in several orders.
 */
function stressLayout(molecule: Molecule, atoms: readonly number[], rings: readonly Ring[]): Map<number, Point> {
  const neighbours = neighboursOf(molecule);
  const bondsBetween = atoms.map((root) => {
    const steps = new Map([[root, 0]]);
    for (const [atom, count] of steps) {
      for (const next of neighbours[atom] ?? []) if (atoms.includes(next) && !steps.has(next)) steps.set(next, count + 1);
    }
    return steps;
  });
  const wanted = atoms.map((a, i) =>
    atoms.map((b) => {
      const apart = bondsBetween[i]?.get(b) ?? 1;
      const shared = rings.filter((ring) => ring.includes(a) && ring.includes(b));
      const chords = shared.map((ring) => {
        const around = Math.abs(ring.indexOf(a) - ring.indexOf(b));
        return chord(ring.length, Math.min(around, ring.length - around));
      });
      return apart === 0 ? 0 : apart === 1 ? 1 : chords.length > 0 ? Math.min(...chords) : 0.9 * apart;
    }),
  );
  const stress = (points: readonly Point[]): number =>
    points.reduce(
      (sum, p, i) =>
        points.reduce((own, q, j) => {
          const want = wanted[i]?.[j] ?? 0;
          return j <= i ? own : own + ((distance(p, q) - want) / want) ** 2;
        }, sum),
      0,
    );
  const settled = (start: readonly Point[]): readonly Point[] => {
    const points = [...start];
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      points.forEach((p, i) => {
        let [x, y, total] = [0, 0, 0];
        points.forEach((q, j) => {
          const want = wanted[i]?.[j] ?? 0;
          if (i === j || want === 0) return;
          const weight = want ** -2;
          const ratio = want / Math.max(distance(p, q), 1e-6);
          x += weight * (q.x + ratio * (p.x - q.x));
          y += weight * (q.y + ratio * (p.y - q.y));
          total += weight;
        });
        points[i] = { x: x / total, y: y / total };
      });
    }
    return points;
  };
  const outline = rings.flat().filter((atom, i, all) => all.indexOf(atom) === i);
  const attempts = Array.from({ length: STARTS }, (_, attempt) => {
    // The golden angle, times a different number each time: even, never the same, and no matter of chance.
    const start = atoms.map((atom) => pointAt(outline.indexOf(atom) * 2.39996 * (attempt + 1), 2));
    return settled(start);
  });
  const best = attempts.toSorted((a, b) => stress(a) - stress(b))[0] ?? [];
  return new Map(atoms.map((atom, i) => [atom, best[i] as Point]));
}

/** Places of the atoms of rings that hang together. */
export function layoutRings(molecule: Molecule, rings: readonly Ring[]): ReadonlyMap<number, Point> {
  const neighbours = neighboursOf(molecule);
  const isBound = (a: number, b: number): boolean => neighbours[a]?.includes(b) ?? false;
  const atoms = [...new Set(rings.flat())];
  return regularLayout(rings, isBound) ?? stressLayout(molecule, atoms, rings);
}
