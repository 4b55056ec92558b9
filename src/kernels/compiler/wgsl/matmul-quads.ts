import { type Digit, offsetDigits } from './digits.ts';
import { advanced, OperandReader, plusLane } from './matmul-operands.ts';
import type { Scope } from './scope.ts';
import type { TileWriter } from './tile-writer.ts';

/**
 * Operands of a tile that the 4 threads of a quad share. All threads need the same rows of a: each loads a quarter of them and hands it to
 * the others. Of b, each loads the columns it computes. So every element is loaded once per tile, 4 entries of k at a time.
 *
 * Where k ends between them, the entries beyond are 0 in both operands: what lies there in memory may be NaN.
 */
export class QuadOperands {
  readonly #tile: TileWriter;
  readonly #a: OperandReader;
  readonly #b: OperandReader;

  constructor(tile: TileWriter) {
    const { kernel, ports, root } = tile;
    this.#tile = tile;
    this.#a = new OperandReader(kernel, 'a', ports, root);
    this.#b = new OperandReader(kernel, 'b', ports, root);
  }

  /** Loads all rows of the tile at k, k + 1, k + 2 and k + 3; returns texts of the vec4 of a row. */
  rows(scope: Scope, k: readonly Digit[]): (i: number) => string {
    const { rows } = this.#tile.plan;
    const fours = Array.from({ length: rows / 4 }, (_, index) => this.#fourRows(scope, k, 4 * index));
    return (i) => scope.let((fours[i >> 2] as (row: number) => string)(i & 3));
  }

  /** Loads 4 columns of the thread at k, ..., k + 3; returns texts of the vec4 of their products with the vec4 of a row. */
  columns(scope: Scope, k: readonly Digit[], group: number): (row: string) => string {
    const tile = this.#tile;
    const at = (kk: number, column: number): Digit[] => [...tile.batch, ...advanced(k, kk), ...tile.column(4 * group + column)];
    const matrix = (vector: (index: number) => string): string => scope.let(`mat4x4f(${[0, 1, 2, 3].map(vector).join(', ')})`);
    if (this.#b.isVector('k')) {
      const columns = matrix((column) => this.#b.readVector(scope, at(0, column), 'k'));
      return (row) => `${row} * ${columns}`;
    }
    const entries = matrix((kk) => {
      const vector = this.#b.isVector('n')
        ? this.#b.readVector(scope, at(kk, 0), 'n')
        : `vec4f(${[0, 1, 2, 3].map((column) => this.#b.read(scope, at(kk, column))).join(', ')})`;
      return this.#orZero(scope, advanced(k, kk), 'vec4f(0.0)', vector);
    });
    return (row) => `${entries} * ${row}`;
  }

  /** Loads 4 rows: a thread has one of them at all entries of k, or where the rows are side by side in memory, all of them at one. */
  #fourRows(scope: Scope, k: readonly Digit[], first: number): (row: number) => string {
    const { batch, lane, kernel, plan, m0, root } = this.#tile;
    if (!this.#a.isVector('k') && this.#a.isVector('m')) {
      const ownK = plusLane(scope, k, lane);
      const loaded = this.#a.readVector(scope, [...batch, ...this.#tile.row(first), ...ownK], 'm');
      const four = scope.let(this.#orZero(scope, ownK, 'vec4f(0.0)', loaded));
      return (row) => `vec4f(${[0, 1, 2, 3].map((kk) => `quadBroadcast(${four}.${'xyzw'[row]}, ${kk}u)`).join(', ')})`;
    }
    const ownRow = offsetDigits(root, m0 === '0' ? lane : root.let(`${m0} + ${lane}`), kernel.m, first, plan.rows);
    const at = (kk: number): Digit[] => [...batch, ...ownRow, ...advanced(k, kk)];
    const four = this.#a.isVector('k')
      ? this.#a.readVector(scope, at(0), 'k')
      : scope.let(
          `vec4f(${[0, 1, 2, 3].map((kk) => this.#orZero(scope, advanced(k, kk), '0.0', this.#a.read(scope, at(kk)))).join(', ')})`,
        );
    return (row) => `quadBroadcast(${four}, ${row}u)`;
  }

  /** The value where k is inside of its extent. */
  #orZero(scope: Scope, k: readonly Digit[], zero: string, value: string): string {
    const extent = this.#tile.kernel.k.at(-1) ?? 1;
    const last = k.at(-1);
    if (extent % 4 === 0 || last === undefined) return value;
    if (last.base === null) return last.plus < extent ? value : zero;
    return `select(${zero}, ${value}, ${scope.let(last.plus === 0 ? `${last.base} < ${extent}` : `${last.base} + ${last.plus} < ${extent}`)})`;
  }
}
