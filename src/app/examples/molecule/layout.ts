import { type Bond, componentsOf, type Molecule, neighboursOf, type Point, reachable } from './graph.ts';
import { layoutRings } from './ring-layout.ts';
import { type Ring, ringSystems, smallestRings } from './rings.ts';
import { angleOf, distance, middle, minus, mirrored, plus, pointAt, rotated } from './vectors.ts';

export interface MoleculeLayout {
  /** One per atom, in bond lengths, y upwards. */
  readonly points: readonly Point[];
  readonly rings: readonly Ring[];
}

const TURN = 2 * Math.PI;
/** Between two bonds of a chain. */
const CHAIN_ANGLE = TURN / 3;

/** `count` directions spread evenly in the widest gap between directions that are taken. */
function freeDirections(taken: readonly number[], count: number): readonly number[] {
  const sorted = taken.map((angle) => ((angle % TURN) + TURN) % TURN).sort((a, b) => a - b);
  const gaps = sorted.map((angle, i) => ({ angle, width: (sorted[i + 1] ?? (sorted[0] as number) + TURN) - angle }));
  const widest = gaps.reduce((best, gap) => (gap.width > best.width + 1e-9 ? gap : best));
  return Array.from({ length: count }, (_, i) => widest.angle + (widest.width * (i + 1)) / (count + 1));
}

/** A chain goes straight on through a triple bond or two double bonds. */
function isStraight(atom: number, bonds: readonly Bond[]): boolean {
  const orders = bonds.filter(({ from, to }) => from === atom || to === atom).map(({ order }) => order);
  return orders.includes(3) || orders.filter((order) => order === 2).length > 1;
}

/** Places every atom of a connected part: rings as regular polygons, chains in zigzag, branches into the widest gap. */
function grow(molecule: Molecule, component: readonly number[], systems: readonly (readonly Ring[])[]): Map<number, Point> {
  const neighbours = neighboursOf(molecule);
  const placed = new Map<number, Point>();
  /** Which way a chain turned at an atom, so that it turns the other way at the next one. */
  const turns = new Map<number, 1 | -1>();
  const systemOf = (atom: number) => systems.find((rings) => rings.some((ring) => ring.includes(atom)));
  const size = (rings: readonly Ring[]): number => new Set(rings.flat()).size;

  /** Atoms behind `next`, seen from `atom`. */
  const weight = (atom: number, next: number): number => reachable(neighbours, next, atom).length;

  const start = component.toSorted((a, b) => {
    const [ownA, ownB] = [systemOf(a), systemOf(b)];
    return (ownB ? size(ownB) : 0) - (ownA ? size(ownA) : 0) || farthest(neighbours, b) - farthest(neighbours, a);
  })[0] as number;
  const ownSystem = systemOf(start);
  const waiting: number[] = [];
  const put = (atom: number, point: Point): void => {
    placed.set(atom, point);
    waiting.push(atom);
  };
  if (ownSystem) for (const [atom, point] of layoutRings(molecule, ownSystem)) put(atom, point);
  else put(start, { x: 0, y: 0 });

  /** Puts a ring system so that `entry` lies one bond from `from` and its rings lead away. */
  const putSystem = (rings: readonly Ring[], entry: number, from: Point, direction: number): void => {
    const own = layoutRings(molecule, rings);
    const centre = own.get(entry) as Point;
    const bound = (neighbours[entry] ?? []).flatMap((atom) => own.get(atom) ?? []);
    const inwards = angleOf(minus(middle(bound), centre));
    const target = plus(from, pointAt(direction));
    for (const [atom, point] of own) put(atom, plus(target, rotated(minus(point, centre), direction - inwards)));
  };

  for (const atom of waiting) {
    const point = placed.get(atom) as Point;
    const next = (neighbours[atom] ?? []).filter((other) => !placed.has(other)).sort((a, b) => weight(atom, b) - weight(atom, a));
    if (next.length === 0) continue;
    const known = (neighbours[atom] ?? []).filter((other) => placed.has(other));
    const taken = known.map((other) => angleOf(minus(placed.get(other) as Point, point)));
    const [back] = taken;
    let directions: readonly number[];
    if (back === undefined) {
      // The end that a chain is begun at: 30 degrees upwards to the right.
      directions = [TURN / 12];
    } else if (taken.length === 1 && isStraight(atom, molecule.bonds) && next.length === 1) directions = [back + TURN / 2];
    else if (taken.length === 1 && next.length <= 2) {
      const side = turns.get(known[0] as number) === 1 ? -1 : 1;
      turns.set(atom, side);
      directions = [back + side * CHAIN_ANGLE, back - side * CHAIN_ANGLE].slice(0, next.length);
    } else directions = freeDirections(taken, next.length);
    next.forEach((other, i) => {
      if (placed.has(other)) return;
      const direction = directions[i] as number;
      const rings = systemOf(other);
      if (rings) putSystem(rings, other, point, direction);
      else put(other, plus(point, pointAt(direction)));
    });
  }
  return placed;
}

/** Bonds to the atom that is farthest away. */
function farthest(neighbours: readonly (readonly number[])[], root: number): number {
  const steps = new Map([[root, 0]]);
  let most = 0;
  for (const [atom, count] of steps) {
    most = count;
    for (const next of neighbours[atom] ?? []) if (!steps.has(next)) steps.set(next, count + 1);
  }
  return most;
}

/** Atoms that are not bound do not come nearer than this without being penalised. */
const ROOM = 1.35;
const CROSSING = 4;
/** What a bond angle other than the usual one costs. */
const BEND = 0.35;

function isCrossing(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point): number => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** How crowded a drawing is: atoms too near each other, and bonds that cross. */
function crowding(points: readonly Point[], bonds: readonly Bond[], isBound: (a: number, b: number) => boolean): number {
  let sum = 0;
  for (let a = 0; a < points.length; a++) {
    for (let b = a + 1; b < points.length; b++) {
      const near = ROOM - distance(points[a] as Point, points[b] as Point);
      if (near > 0 && !isBound(a, b)) sum += (3 * near) ** 2;
    }
  }
  bonds.forEach((one, i) => {
    for (const other of bonds.slice(i + 1)) {
      if ([other.from, other.to].some((atom) => atom === one.from || atom === one.to)) continue;
      const [a, b, c, d] = [one.from, one.to, other.from, other.to].map((atom) => points[atom] as Point) as [Point, Point, Point, Point];
      if (isCrossing(a, b, c, d)) sum += CROSSING;
    }
  });
  return sum;
}

/** Turns parts of the drawing over, or aside, around bonds that are in no ring, as long as that makes it less crowded. */
function relieve(molecule: Molecule, rings: readonly Ring[], start: readonly Point[]): readonly Point[] {
  const neighbours = neighboursOf(molecule);
  const isBound = (a: number, b: number): boolean => neighbours[a]?.includes(b) ?? false;
  const isInRing = ({ from, to }: Bond): boolean => rings.some((ring) => ring.includes(from) && ring.includes(to));
  const cost = (points: readonly Point[]): number => crowding(points, molecule.bonds, isBound);
  const arms = molecule.bonds
    .filter((bond) => !isInRing(bond))
    .flatMap(({ from, to }) => [
      { pivot: from, atoms: reachable(neighbours, to, from) },
      { pivot: to, atoms: reachable(neighbours, from, to) },
    ]);
  let points = start;
  let current = cost(points);
  for (let round = 0; round < molecule.atoms.length && current > 0; round++) {
    let best: { readonly points: readonly Point[]; readonly cost: number; readonly total: number } = {
      points,
      cost: current,
      total: current,
    };
    for (const { pivot, atoms } of arms) {
      const centre = points[pivot] as Point;
      const end = points[atoms[0] as number] as Point;
      const moves: (readonly [change: (point: Point) => Point, price: number])[] = [
        [(point) => mirrored(point, centre, end), 0],
        ...[-1, 1].map((sign) => [(point: Point) => plus(centre, rotated(minus(point, centre), (sign * TURN) / 12)), BEND] as const),
      ];
      for (const [change, price] of moves) {
        const moved = points.map((point, atom) => (atoms.includes(atom) ? change(point) : point));
        const own = cost(moved);
        if (own + price < best.total - 1e-6) best = { points: moved, cost: own, total: own + price };
      }
    }
    if (best.points === points) break;
    ({ points, cost: current } = best);
  }
  return points;
}

interface Extent {
  readonly width: number;
  readonly height: number;
}

export function extentOf(points: readonly Point[]): Extent & { readonly left: number; readonly bottom: number } {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, bottom] = [Math.min(...xs), Math.min(...ys)];
  return { left, bottom, width: Math.max(...xs) - left, height: Math.max(...ys) - bottom };
}

/** The drawing turned by a multiple of 30 degrees so that it is largest in a frame of the given shape. */
function turnedToFit(points: readonly Point[], frame: Extent): readonly Point[] {
  const turns = Array.from({ length: 6 }, (_, i) => points.map((point) => rotated(point, (i * TURN) / 12)));
  const need = (turned: readonly Point[]): number => {
    const { width, height } = extentOf(turned);
    return Math.max((width + 1) / frame.width, (height + 1) / frame.height);
  };
  return turns.reduce((best, turned) => (need(turned) < need(best) - 1e-6 ? turned : best));
}

/** Between parts that are not bound to each other. */
const GAP = 1.2;

/** Places of all atoms in the plane, for a frame of the given shape. A pure function of its arguments. */
export function layoutMolecule(molecule: Molecule, frame: Extent): MoleculeLayout {
  const rings = smallestRings(molecule);
  const systems = ringSystems(rings);
  const points: Point[] = molecule.atoms.map(() => ({ x: 0, y: 0 }));
  let right = 0;
  for (const component of componentsOf(molecule)) {
    const placed = grow(molecule, component, systems);
    const index = new Map(component.map((atom, i) => [atom, i]));
    const part: Molecule = {
      atoms: component.map((atom) => molecule.atoms[atom] as string),
      bonds: molecule.bonds
        .filter(({ from }) => index.has(from))
        .map(({ from, to, order }) => ({ from: index.get(from) as number, to: index.get(to) as number, order })),
    };
    const ownRings = rings.filter((ring) => index.has(ring[0] as number)).map((ring) => ring.map((atom) => index.get(atom) as number));
    const relieved = relieve(
      part,
      ownRings,
      component.map((atom) => placed.get(atom) as Point),
    );
    const turned = turnedToFit(relieved, frame);
    const { left, width } = extentOf(turned);
    component.forEach((atom, i) => {
      points[atom] = plus(turned[i] as Point, { x: right - left, y: 0 });
    });
    right += width + GAP;
  }
  return { points, rings };
}
