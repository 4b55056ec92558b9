import { rowMajor } from '../index-map.ts';
import { type Digit, linear, offsetDigits, splitIndex } from './digits.ts';
import type { GpuMatMul } from './fold-gathers.ts';
import { type MatMulPlan, tileWidth } from './matmul-tile.ts';
import type { Ports, RegionId } from './ports.ts';
import type { Scope } from './scope.ts';

/** What one thread computes: a tile of one product of the batch, or its columns of one that it shares with the other threads of its quad. */
export class TileWriter {
  readonly kernel: GpuMatMul;
  readonly plan: MatMulPlan;
  readonly root: Scope;
  readonly ports: Ports;
  readonly batch: readonly Digit[];
  /** First row of the tile and first column of the thread, i32. */
  readonly m0: string;
  readonly n0: string;
  /** Number of the tile's row of tiles, i32. */
  readonly rowTile: string;
  /** Number of the thread in its quad, i32; 0 where it shares nothing. */
  readonly lane: string;
  /** Whether 4 columns of a vector differ in the last digit of n only. */
  readonly hasVectorColumns: boolean;
  /** Whether a thread may have columns beyond the last, in all of its groups or in those after the first. */
  readonly hasColumnsBeyond: { readonly first: boolean; readonly others: boolean };
  /** Columns that every thread has, where they are few and the same for all: less than a vector of them, from the first. */
  readonly fewColumns: number | null;
  readonly #batchIndex: string;

  /** @param tile number of the tile, and `lane` of the thread in it, i32 */
  constructor(kernel: GpuMatMul, plan: MatMulPlan, root: Scope, ports: Ports, { tile, lane }: { tile: string; lane: string }) {
    const { batches, rowTiles, columnTiles, rows, groups, lanes, paddedN } = plan;
    this.kernel = kernel;
    this.plan = plan;
    this.root = root;
    this.ports = ports;
    this.lane = lane;
    const [batch, rowTile, columnTile] = splitIndex(root, tile, [batches, rowTiles, columnTiles]) as [Digit, Digit, Digit];
    this.#batchIndex = batch.base ?? '0';
    this.batch = splitIndex(root, this.#batchIndex, kernel.batch);
    this.rowTile = rowTile.base ?? '0';
    this.m0 = rowTile.base === null ? '0' : rows === 1 ? rowTile.base : root.let(`${rowTile.base} * ${rows}`);
    const first = [
      ...(columnTile.base === null ? [] : [`${columnTile.base} * ${tileWidth(plan)}`]),
      ...(lanes === 1 ? [] : [`${lane} * ${4 * groups}`]),
    ];
    this.n0 = first.length === 0 ? '0' : root.let(first.join(' + '));
    this.hasVectorColumns = (kernel.n.at(-1) ?? 1) % 4 === 0;
    const isEven = paddedN % tileWidth(plan) === 0;
    this.hasColumnsBeyond = { first: lanes > 1 && !isEven, others: !isEven };
    this.fewColumns = lanes === 1 && plan.n < 4 ? plan.n : null;
  }

  /** Digits of the tile's row i. */
  row(i: number, scope = this.root): Digit[] {
    const { taps, rows } = this.plan;
    if (taps === null) return offsetDigits(scope, this.m0, this.kernel.m, i, rows);
    const strides = rowMajor(taps.shape);
    return this.#tapRow(
      taps.shape,
      taps.shape.map((extent, d) => ({ base: null, scope, plus: Math.floor(i / (strides[d] as number)) % extent })),
    );
  }

  /** Digits of the tile's row i, an i32 known in the scope; and its number among all rows. */
  rowAt(scope: Scope, i: string): { digits: readonly Digit[]; index: Digit } {
    const { taps } = this.plan;
    if (taps === null) {
      const index = scope.let(`${this.m0} + ${i}`);
      return { digits: offsetDigits(scope, index, this.kernel.m, 0, 1), index: { base: index, scope, plus: 0 } };
    }
    const digits = this.#tapRow(taps.shape, splitIndex(scope, i, taps.shape));
    return { digits, index: linear(rowMajor(this.kernel.m), 0, digits, { base: null, scope: this.root, plus: 0 }) };
  }

  /** Digits of a row from those in a tile of taps. */
  #tapRow(shape: readonly number[], within: readonly Digit[]): Digit[] {
    const tiles = splitIndex(
      this.root,
      this.rowTile,
      this.kernel.m.map((extent, d) => extent / (shape[d] as number)),
    );
    return within.map((digit, d) => {
      const first = linear([shape[d] as number], 0, [tiles[d] as Digit], { base: null, scope: this.root, plus: 0 });
      return linear([1], 0, [digit], first);
    });
  }

  /** Digits of column n0 + j. */
  column(j: number, scope = this.root): Digit[] {
    return offsetDigits(scope, this.n0, this.kernel.n, j, 4 * this.plan.groups);
  }

  /** Writes `write` in a block that only threads enter that have any columns. */
  whereColumnsExist(write: (scope: Scope) => void): void {
    if (this.hasColumnsBeyond.first) this.root.block(`if (${this.n0} < ${this.plan.n})`, write);
    else write(this.root);
  }

  /** The same for threads of the first row of tiles: one for each column. */
  inFirstRowTile(write: (scope: Scope) => void): void {
    this.whereColumnsExist((scope) => scope.block(`if (${this.rowTile} == 0)`, write));
  }

  /** Inside of one of these, writes `write` in a block that only threads enter that have the columns of a group. */
  whereGroupExists(scope: Scope, group: number, write: (scope: Scope) => void): void {
    if (group > 0 && this.hasColumnsBeyond.others) scope.block(`if (${this.n0} + ${4 * group} < ${this.plan.n})`, write);
    else write(scope);
  }

  /**
   * Writes `body` for every `step` entries of k, or of a part of it, as nested loops over its digits.
   * @param step entries of the last digit at once
   * @param taps digit that is written out inside of all loops; null: none
   */
  eachInner(part: Digit | null, step: number, body: (scope: Scope, k: readonly Digit[]) => void, taps: number | null = null): void {
    const { k } = this.kernel;
    const loop = (scope: Scope, digits: readonly Digit[]): void => {
      const d = digits.length;
      if (d === k.length) {
        const count = taps === null ? 1 : (k[taps] as number);
        for (let tap = 0; tap < count; tap++) {
          body(
            scope,
            digits.map((digit, at) => (at === taps ? { ...digit, plus: tap } : digit)),
          );
        }
        return;
      }
      if (d === taps) {
        loop(scope, [...digits, { base: null, scope: this.root, plus: 0 }]);
        return;
      }
      const extent = k[d] as number;
      const by = d === k.length - 1 ? step : 1;
      const isSplit = d === this.plan.splitDigit && part !== null;
      if (extent <= by && !isSplit) {
        loop(scope, [...digits, { base: null, scope, plus: 0 }]);
        return;
      }
      const name = scope.name('k');
      const first = isSplit && part.base !== null ? scope.let(`${part.base} * ${this.plan.partLength}`) : '0';
      const last = isSplit ? scope.let(`min(${first} + ${this.plan.partLength}, ${extent})`) : `${extent}`;
      scope.block(`for (var ${name} = ${first}; ${name} < ${last}; ${name} += ${by})`, (inner) => {
        loop(inner, [...digits, { base: name, scope: inner, plus: 0 }]);
      });
    };
    loop(this.root, []);
  }

  /** Stores a row's sums of one part, one group of columns. */
  storePartial(scope: Scope, region: RegionId, part: Digit, size: number, row: Digit, group: number, sum: string): void {
    const { m, paddedN } = this.plan;
    const digits = [part, this.#batchDigit(), row, this.#flat(this.n0, 4 * group)];
    this.whereGroupExists(scope, group, (inner) => {
      const at = linear([size, m * paddedN, paddedN, 1], 0, digits, this.ports.start(region, this.root));
      for (const line of this.ports.writeVector(region, at, 0, 1, true, sum)) inner.line(line);
    });
  }

  storePartialColumns(region: RegionId, part: Digit, size: number, sums: readonly string[]): void {
    const { paddedN } = this.plan;
    this.inFirstRowTile((scope) => {
      sums.forEach((sum, j) => {
        const digits = [part, this.#batchDigit(), this.#flat(this.n0, 4 * j)];
        this.whereGroupExists(scope, j, (inner) => {
          const at = linear([size, paddedN, 1], 0, digits, this.ports.start(region, this.root));
          for (const line of this.ports.writeVector(region, at, 0, 1, true, sum)) inner.line(line);
        });
      });
    });
  }

  /** The 4 sums of a row of one group, parts added in order. */
  sumOfParts(region: RegionId, size: number): string {
    const { m, paddedN } = this.plan;
    return this.#sumOver(region, [size, m * paddedN, paddedN, 1], [this.#batchDigit(), this.#flat(this.m0, 0), this.#flat(this.n0, 0)]);
  }

  sumOfPartColumns(region: RegionId, size: number): string {
    return this.#sumOver(region, [size, this.plan.paddedN, 1], [this.#batchDigit(), this.#flat(this.n0, 0)]);
  }

  #sumOver(region: RegionId, strides: readonly number[], digits: readonly Digit[]): string {
    const name = this.root.name('c');
    const part = this.root.name('p');
    this.root.line(`var ${name} = vec4f(0.0);`);
    this.root.block(`for (var ${part} = 0; ${part} < ${this.plan.parts}; ${part}++)`, (scope) => {
      const at = linear(strides, 0, [{ base: part, scope, plus: 0 }, ...digits], this.ports.start(region, this.root));
      scope.line(`${name} += ${this.ports.readVector(region, at, 0, 1, true)};`);
    });
    return name;
  }

  #batchDigit(): Digit {
    return this.#flat(this.#batchIndex, 0);
  }

  #flat(base: string, plus: number): Digit {
    return { base: base === '0' ? null : base, scope: this.root, plus };
  }
}
