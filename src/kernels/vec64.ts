import type { Algebra } from './algebra.ts';

/**
 * A matrix of float64 on the CPU, (rows, cols) row-major: the oracle's number type.
 * Operands broadcast as in NumPy along columns: (R, n) with (R, n), (R, 1) or a number. Masks are 0 and 1.
 */
export class Vec64 implements Algebra<Vec64> {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;

  constructor(rows: number, cols: number, values: Float64Array = new Float64Array(rows * cols)) {
    if (values.length !== rows * cols) throw new Error(`A (${rows}, ${cols}) vector needs ${rows * cols} values, got ${values.length}.`);
    this.rows = rows;
    this.cols = cols;
    this.values = values;
  }

  /** One row of numbers per row; all of one length. */
  static fromRows(rows: readonly ArrayLike<number>[]): Vec64 {
    const cols = rows[0]?.length ?? 0;
    const result = new Vec64(rows.length, cols);
    rows.forEach((row, index) => {
      if (row.length !== cols) throw new Error(`Row ${index} has ${row.length} values, row 0 has ${cols}.`);
      result.values.set(row, index * cols);
    });
    return result;
  }

  /** The row's values, as a view. */
  row(index: number): Float64Array {
    return this.values.subarray(index * this.cols, (index + 1) * this.cols);
  }

  add(other: Vec64 | number): Vec64 {
    return this.combine(other, (a, b) => a + b);
  }
  sub(other: Vec64 | number): Vec64 {
    return this.combine(other, (a, b) => a - b);
  }
  mul(other: Vec64 | number): Vec64 {
    return this.combine(other, (a, b) => a * b);
  }
  div(other: Vec64 | number): Vec64 {
    return this.combine(other, (a, b) => a / b);
  }
  pow(exponent: Vec64 | number): Vec64 {
    return this.combine(exponent, (a, b) => a ** b);
  }
  maximum(other: Vec64 | number): Vec64 {
    return this.combine(other, Math.max);
  }
  minimum(other: Vec64 | number): Vec64 {
    return this.combine(other, Math.min);
  }
  greater(other: Vec64 | number): Vec64 {
    return this.combine(other, (a, b) => (a > b ? 1 : 0));
  }
  equal(other: Vec64 | number): Vec64 {
    return this.combine(other, (a, b) => (a === b ? 1 : 0));
  }
  logicalAnd(other: Vec64): Vec64 {
    return this.combine(other, (a, b) => (a !== 0 && b !== 0 ? 1 : 0));
  }
  logicalNot(): Vec64 {
    return this.map((a) => (a === 0 ? 1 : 0));
  }
  neg(): Vec64 {
    return this.map((a) => -a);
  }
  abs(): Vec64 {
    return this.map(Math.abs);
  }
  sqrt(): Vec64 {
    return this.map(Math.sqrt);
  }
  square(): Vec64 {
    return this.map((a) => a * a);
  }
  sign(): Vec64 {
    return this.map(Math.sign);
  }

  where(condition: Vec64, otherwise: Vec64): Vec64 {
    const cols = this.commonCols(condition, otherwise);
    const at = (v: Vec64, row: number, col: number) => v.values[v.cols === 1 ? row : row * cols + col] as number;
    const result = new Vec64(this.rows, cols);
    for (let row = 0; row < this.rows; row += 1) {
      for (let col = 0; col < cols; col += 1) {
        result.values[row * cols + col] = at(at(condition, row, col) !== 0 ? this : otherwise, row, col);
      }
    }
    return result;
  }

  sum(_axis: 1, _keepDims: true): Vec64 {
    const result = new Vec64(this.rows, 1);
    for (let row = 0; row < this.rows; row += 1) {
      let total = 0;
      for (const value of this.row(row)) total += value;
      result.values[row] = total;
    }
    return result;
  }

  private map(f: (a: number) => number): Vec64 {
    const result = new Vec64(this.rows, this.cols);
    for (let index = 0; index < this.values.length; index += 1) result.values[index] = f(this.values[index] as number);
    return result;
  }

  private combine(other: Vec64 | number, f: (a: number, b: number) => number): Vec64 {
    if (typeof other === 'number') return this.map((a) => f(a, other));
    const cols = this.commonCols(other);
    const result = new Vec64(this.rows, cols);
    const stepA = this.cols === 1 && cols !== 1 ? 0 : 1;
    const stepB = other.cols === 1 && cols !== 1 ? 0 : 1;
    for (let row = 0; row < this.rows; row += 1) {
      let a = row * this.cols;
      let b = row * other.cols;
      for (let col = 0; col < cols; col += 1, a += stepA, b += stepB) {
        result.values[row * cols + col] = f(this.values[a] as number, other.values[b] as number);
      }
    }
    return result;
  }

  private commonCols(...others: readonly Vec64[]): number {
    let { cols } = this;
    for (const other of others) {
      if (other.rows !== this.rows || (other.cols !== cols && other.cols !== 1 && cols !== 1)) {
        throw new Error(`Shapes (${this.rows}, ${cols}) and (${other.rows}, ${other.cols}) do not broadcast.`);
      }
      if (cols === 1) cols = other.cols;
    }
    return cols;
  }
}
