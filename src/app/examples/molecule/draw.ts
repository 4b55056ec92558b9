import { type Bond, type Molecule, neighboursOf, type Point } from './graph.ts';
import { extentOf, layoutMolecule } from './layout.ts';
import type { Ring } from './rings.ts';
import { middle, minus, plus, times } from './vectors.ts';

export interface Line {
  readonly from: Point;
  readonly to: Point;
  /** The second line of an aromatic bond that belongs to no aromatic ring. */
  readonly isDashed: boolean;
}

export interface AtomLabel {
  readonly at: Point;
  readonly symbol: string;
  /** '+', '−' or empty. */
  readonly charge: string;
}

/** In pixels, y downwards. */
export interface MoleculeDrawing {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Line[];
  /** One inside each aromatic ring. */
  readonly circles: readonly { readonly centre: Point; readonly radius: number }[];
  readonly labels: readonly AtomLabel[];
}

/** CSS pixels. Letters are about 12 high whatever the scale, so that every molecule can be read. */
const FRAME = { width: 232, height: 164, margin: 11 } as const;
const LONGEST_BOND = 27;
/** Between the lines of a double bond. */
const SPACING = 4.5;
/** Free around a label. */
const LABEL_ROOM = 8;
/** A second line is shorter by this at each end where it lies beside the bond. */
const INSET = 4;

/** 'N+' is nitrogen with a charge; carbon goes without saying unless it is charged or alone. */
function labelOf(atom: string, isAlone: boolean): Omit<AtomLabel, 'at'> | null {
  const [, symbol = atom, sign = ''] = /^([A-Z][a-z]?)([+-]?)$/.exec(atom) ?? [];
  if (symbol === 'C' && sign === '' && !isAlone) return null;
  return { symbol, charge: sign.replace('-', '−') };
}

const unit = (a: Point, b: Point): Point => times(minus(b, a), 1 / Math.hypot(b.x - a.x, b.y - a.y));

/** A molecule as chemists draw it: bonds as lines, carbon where lines meet, a circle in aromatic rings, other elements by their symbols. */
export function drawMolecule(molecule: Molecule): MoleculeDrawing {
  const { width, height, margin } = FRAME;
  const { points: places, rings } = layoutMolecule(molecule, { width: width - 2 * margin, height: height - 2 * margin });
  const extent = extentOf(places);
  const scale = Math.min(LONGEST_BOND, (width - 2 * margin) / extent.width, (height - 2 * margin) / extent.height);
  const points = places.map(({ x, y }) => ({
    x: width / 2 + (x - extent.left - extent.width / 2) * scale,
    y: height / 2 - (y - extent.bottom - extent.height / 2) * scale,
  }));
  const neighbours = neighboursOf(molecule);
  const labels = molecule.atoms.map((atom, i) => labelOf(atom, neighbours[i]?.length === 0));

  const bondBetween = (a: number, b: number): Bond | undefined =>
    molecule.bonds.find(({ from, to }) => (from === a && to === b) || (from === b && to === a));
  const isAromatic = (ring: Ring): boolean =>
    ring.every((atom, i) => bondBetween(atom, ring[(i + 1) % ring.length] as number)?.order === 'aromatic');
  const centreOf = (ring: Ring): Point => middle(ring.map((atom) => points[atom] as Point));
  const aromatic = rings.filter(isAromatic);
  const hasBond = (ring: Ring, { from, to }: Bond): boolean => ring.includes(from) && ring.includes(to);

  /** Which side of a bond its second line lies on: into the ring, or where more neighbours are; 0 for both, as at ends. */
  const sideOf = (bond: Bond): -1 | 0 | 1 => {
    const { from, to } = bond;
    const ring = rings.find((candidate) => hasBond(candidate, bond));
    if (!ring && (neighbours[from]?.length === 1 || neighbours[to]?.length === 1)) return 0;
    const [a, b] = [points[from] as Point, points[to] as Point];
    const along = minus(b, a);
    const side = (p: Point): number => Math.sign(along.x * (p.y - a.y) - along.y * (p.x - a.x));
    const around = [...(neighbours[from] ?? []), ...(neighbours[to] ?? [])].filter((atom) => atom !== from && atom !== to);
    const sum = ring ? side(centreOf(ring)) : around.reduce((total, atom) => total + side(points[atom] as Point), 0);
    return sum < 0 ? -1 : 1;
  };

  const linesOf = (bond: Bond): readonly Line[] => {
    const [a, b] = [points[bond.from] as Point, points[bond.to] as Point];
    const along = unit(a, b);
    const across = { x: -along.y, y: along.x };
    const room = (atom: number): number => (labels[atom] ? LABEL_ROOM : 0);
    const line = (offset: number, inset: number, isDashed = false): Line => ({
      from: plus(plus(a, times(across, offset)), times(along, Math.max(room(bond.from), inset))),
      to: plus(plus(b, times(across, offset)), times(along, -Math.max(room(bond.to), inset))),
      isDashed,
    });
    switch (bond.order) {
      case 1:
        return [line(0, 0)];
      case 2: {
        const side = sideOf(bond);
        return side === 0 ? [line(-SPACING / 2, 0), line(SPACING / 2, 0)] : [line(0, 0), line(side * SPACING, INSET)];
      }
      case 3:
        return [line(-SPACING * 0.75, INSET / 2), line(0, 0), line(SPACING * 0.75, INSET / 2)];
      case 'aromatic':
        return aromatic.some((ring) => hasBond(ring, bond)) ? [line(0, 0)] : [line(0, 0), line(sideOf(bond) * SPACING, INSET, true)];
      default:
        return bond.order satisfies never;
    }
  };

  return {
    width,
    height,
    lines: molecule.bonds.flatMap(linesOf),
    circles: aromatic.map((ring) => {
      const centre = centreOf(ring);
      // The circle inside the polygon, with as much free as between the lines of a double bond.
      const inner = Math.min(
        ...ring.map((atom, i) => {
          const foot = middle([points[atom] as Point, points[ring[(i + 1) % ring.length] as number] as Point]);
          return Math.hypot(foot.x - centre.x, foot.y - centre.y);
        }),
      );
      return { centre, radius: Math.max(3, inner - SPACING - 1) };
    }),
    labels: labels.flatMap((label, atom) => (label ? [{ ...label, at: points[atom] as Point }] : [])),
  };
}
