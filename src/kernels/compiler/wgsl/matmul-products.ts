import { type Digit, offsetDigits } from './digits.ts';
import { advanced, OperandReader, plusLane } from './matmul-operands.ts';
import { QuadOperands } from './matmul-quads.ts';
import { isAlike, MOST_TAPS } from './matmul-taps.ts';
import type { Scope } from './scope.ts';
import type { TileWriter } from './tile-writer.ts';

/** Names of vec4 variables. */
export interface TileSums {
  /** Sums of products [row][group]. */
  readonly sums: readonly (readonly string[])[];
  /** Sums of b over k [group], where the kernel asks for them. */
  readonly columnSums: readonly string[] | null;
}

/** Sums of products over k, or over a part of it. */
export function accumulate(tile: TileWriter, part: Digit | null): TileSums {
  const { root, kernel } = tile;
  const { rows, groups, lanes } = tile.plan;
  const variable = (): string => {
    const name = root.name('c');
    root.line(`var ${name} = vec4f(0.0);`);
    return name;
  };
  const sums = Array.from({ length: rows }, () => Array.from({ length: groups }, variable));
  const columnSums = kernel.columnSum === null ? null : Array.from({ length: groups }, variable);
  const write = lanes === 1 ? writeOwnProducts : writeQuadProducts;
  write(tile, part, { sums, columnSums });
  return { sums, columnSums };
}

/** A thread with a tile of its own: entries of a times vectors of b. */
function writeOwnProducts(tile: TileWriter, part: Digit | null, { sums, columnSums }: TileSums): void {
  const { kernel, ports, root } = tile;
  const [a, b] = [new OperandReader(kernel, 'a', ports, root), new OperandReader(kernel, 'b', ports, root)];
  const step = stepOf(tile, a, b);
  const write = (scope: Scope, k: readonly Digit[]): void => {
    const left = fragmentA(tile, a, scope, k, step);
    const right = fragmentB(tile, b, scope, k, step);
    for (let kk = 0; kk < step; kk++) {
      for (let j = 0; j < tile.plan.groups; j++) {
        const vector = right(kk, j);
        sums.forEach((row, i) => {
          scope.line(`${row[j]} += ${left(i, kk)} * ${vector};`);
        });
        if (columnSums !== null) scope.line(`${columnSums[j]} += ${vector};`);
      }
    }
  };
  tile.eachInner(part, step, write, tapsOf(tile, part, step));
}

/** Entries of k at once: 4 where an operand has them side by side, or where the threads of a quad load one each of a shared operand. */
function stepOf({ kernel, plan }: TileWriter, a: OperandReader, b: OperandReader): number {
  const isShared = plan.sharesColumns && b.isVector('n') && (kernel.k.at(-1) ?? 1) % 4 === 0;
  return isShared || a.isVector('k') || b.isVector('k') ? 4 : (plan.taps?.step ?? 1);
}

/**
 * A short digit of k along which a moves as from row to row, guards included: a filter's taps. Written out, neighbouring rows have most of
 * their entries in common, which are then loaded once.
 */
function tapsOf({ kernel, plan }: TileWriter, part: Digit | null, step: number): number | null {
  const { m, k } = kernel;
  // Rows of a tile that are not in one row of the picture are not known to be neighbours.
  if (plan.rows === 1 || plan.taps !== null || (m.at(-1) ?? 1) % plan.rows !== 0) return null;
  const found = k.findIndex((extent, d) => {
    const isLoop = (d !== plan.splitDigit || part === null) && (d < k.length - 1 || step === 1);
    return isLoop && extent > 1 && extent <= MOST_TAPS && isAlike(kernel, m.length - 1, d);
  });
  return found < 0 ? null : found;
}

/** The threads of a quad: matrices of 4 entries of k and 4 columns, times 4 entries of a row. */
function writeQuadProducts(tile: TileWriter, part: Digit | null, { sums, columnSums }: TileSums): void {
  const operands = new QuadOperands(tile);
  tile.eachInner(part, 4, (scope, k) => {
    const rowOf = operands.rows(scope, k);
    const product = Array.from({ length: tile.plan.groups }, (_, j) => operands.columns(scope, k, j));
    sums.forEach((row, i) => {
      const entries = rowOf(i);
      row.forEach((sum, j) => {
        scope.line(`${sum} += ${product[j]?.(entries)};`);
      });
    });
    columnSums?.forEach((sum, j) => {
      scope.line(`${sum} += ${product[j]?.('vec4f(1.0)')};`);
    });
  });
}

/** Texts of a[row i, k + kk]. */
function fragmentA(tile: TileWriter, a: OperandReader, scope: Scope, k: readonly Digit[], step: number): (i: number, kk: number) => string {
  const { batch, plan } = tile;
  const at = (i: number, kk: number): Digit[] => [...batch, ...tile.row(i), ...advanced(k, kk)];
  if (step === 4 && a.isVector('k')) {
    const vectors = Array.from({ length: plan.rows }, (_, i) => a.readVector(scope, at(i, 0), 'k'));
    return (i, kk) => `${vectors[i]}.${'xyzw'[kk]}`;
  }
  if (plan.rows % 4 === 0 && a.isVector('m')) {
    const vectors = Array.from({ length: step }, (_, kk) =>
      Array.from({ length: plan.rows / 4 }, (_, i) => a.readVector(scope, at(4 * i, kk), 'm')),
    );
    return (i, kk) => `${vectors[kk]?.[i >> 2]}.${'xyzw'[i & 3]}`;
  }
  return (i, kk) => a.read(scope, at(i, kk));
}

/** Texts of the vec4 b[k + kk, columns of group j]. */
function fragmentB(tile: TileWriter, b: OperandReader, scope: Scope, k: readonly Digit[], step: number): (kk: number, j: number) => string {
  const { batch, plan } = tile;
  const at = (kk: number, column: number): Digit[] => [...batch, ...advanced(k, kk), ...tile.column(column)];
  const four = (text: (lane: number) => string): string => scope.let(`vec4f(${[0, 1, 2, 3].map(text).join(', ')})`);
  if (step === 4 && b.isVector('k') && plan.sharesColumns) {
    // Each thread of a quad loads one of 4 columns, and hands it to the others.
    const own = Array.from({ length: plan.groups }, (_, j) => {
      const column = offsetDigits(tile.root, tile.lane, tile.kernel.n, 4 * j, 4 * plan.groups);
      return b.readVector(scope, [...batch, ...k, ...column], 'k');
    });
    const columns = own.map((vector) => [0, 1, 2, 3].map((lane) => scope.let(`quadBroadcast(${vector}, ${lane}u)`)));
    return (kk, j) => four((lane) => `${columns[j]?.[lane]}.${'xyzw'[kk]}`);
  }
  if (step === 4 && b.isVector('k')) {
    const vectors = Array.from({ length: 4 * plan.groups }, (_, column) => b.readVector(scope, at(0, column), 'k'));
    return (kk, j) => four((lane) => `${vectors[4 * j + lane]}.${'xyzw'[kk]}`);
  }
  if (step === 4 && b.isVector('n') && plan.sharesColumns) {
    // ... or one of the 4 entries of k.
    const ownK = plusLane(scope, k, tile.lane);
    const own = Array.from({ length: plan.groups }, (_, j) => b.readVector(scope, [...batch, ...ownK, ...tile.column(4 * j)], 'n'));
    return (kk, j) => scope.let(`quadBroadcast(${own[j]}, ${kk}u)`);
  }
  if (b.isVector('n')) return (kk, j) => b.readVector(scope, at(kk, 4 * j), 'n');
  return (kk, j) => four((lane) => (lane < (tile.fewColumns ?? 4) ? b.read(scope, at(kk, 4 * j + lane)) : '0.0'));
}
