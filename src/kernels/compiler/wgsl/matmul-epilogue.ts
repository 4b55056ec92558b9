import { type Digit, offsetDigits, type Point } from './digits.ts';
import { Evaluator, type Surroundings } from './evaluator.ts';
import { QUAD } from './kernel-body.ts';
import type { Scope } from './scope.ts';
import type { TileWriter } from './tile-writer.ts';

/** An epilogue of more expressions is written once, in a loop over the tile's rows: code size is compile time. */
const UNROLLED_EXPRESSIONS = 8;
/** After sums of more products, the rows of a shared tile are a loop: what that takes is little beside them. */
const SHORT_SUM = 32;
/** So they are where there are fewer of them in all: what that takes is less than compiling them. */
const MANY_ROWS = 256;

/** Evaluates and stores what follows the sums of products, for every element of a tile. `sums`: names of vec4 variables [row][group]. */
export function writeTile(tile: TileWriter, sums: readonly (readonly string[])[]): void {
  const isSmall = tile.kernel.exprs.length <= UNROLLED_EXPRESSIONS && (tile.hasVectorColumns || tile.fewColumns !== null);
  eachRow(tile, sums, isSmall, (scope, _, row, current) => {
    current.forEach((sum, j) => {
      eachColumn(tile, scope, j, sum, (inner, columns, isVector, value) => {
        const digits = [...tile.batch, ...row, ...columns];
        evaluate(tile, inner, { digits, vector: isVector ? digits.length - 1 : -1 }, value);
      });
    });
  });
}

/** Stores the sums over k of b; threads of the first row of tiles do. `sums`: names of vec4 variables [group]. */
export function writeColumnSums(tile: TileWriter, sums: readonly string[]): void {
  const { columnSum } = tile.kernel;
  if (columnSum === null) return;
  const { ports, root, batch } = tile;
  const store = (scope: Scope, columns: readonly Digit[], vector: number, sum: string): void => {
    const evaluator = new Evaluator(
      [{ kind: 'accumulator', dtype: 'float32' }],
      { ports, root, scope, point: { digits: [...batch, ...columns], vector } },
      { written: new Set(), reduced: [], accumulator: { text: sum, dtype: 'float32', width: vector < 0 ? 1 : 4, scope } },
    );
    evaluator.store({ ...columnSum, value: 0 });
  };
  tile.inFirstRowTile((scope) => {
    sums.forEach((sum, j) => {
      eachColumn(tile, scope, j, sum, (inner, columns, isVector, value) => {
        store(inner, columns, isVector ? batch.length + columns.length - 1 : -1, value);
      });
    });
  });
}

/**
 * Visits the rows of a tile that exist: each written out, or all in one loop. A tile that is shared, or of taps, has many: its rows are written
 * out only where all exist and the loop would take as long as the products. The threads of a quad take turns with the rows of a tile that they
 * have summed together.
 * @param visit gets the number of the row, its digits, and its values [group]
 */
export function eachRow(tile: TileWriter, sums: readonly (readonly string[])[], isUnrolled: boolean, visit: Visit): void {
  tile.whereColumnsExist((outside) => writeRows(tile, outside, sums, isUnrolled, visit));
}

type Visit = (scope: Scope, index: Digit, row: readonly Digit[], current: readonly string[]) => void;

function writeRows(tile: TileWriter, outside: Scope, sums: readonly (readonly string[])[], isUnrolled: boolean, visit: Visit): void {
  const { root, m0 } = tile;
  const { batches, rows, groups, m, k, lanes, taps, sharesInner } = tile.plan;
  const isLarge = lanes > 1 || taps !== null || sharesInner;
  const isShort = taps === null && k <= SHORT_SUM && m % rows === 0 && batches * m >= MANY_ROWS;
  if (rows === 1 || (isUnrolled && !sharesInner && (isShort || !isLarge))) {
    sums.forEach((current, i) => {
      const write = (scope: Scope): void =>
        visit(scope, { base: m0 === '0' ? null : m0, scope: root, plus: i }, tile.row(i, scope), current);
      if (m % rows === 0) write(outside);
      else outside.block(`if (${m0} + ${i} < ${m})`, write);
    });
    return;
  }
  const i = outside.name('r');
  const end = m % rows === 0 ? `${rows}` : outside.let(`min(${rows}, ${m} - ${m0})`);
  const all = isLarge ? outside.name('rows') : null;
  if (all !== null) outside.line(`var ${all} = array<vec4f, ${rows * groups}>(${sums.flat().join(', ')});`);
  const [first, step] = sharesInner ? [tile.lane, QUAD] : ['0', 1];
  outside.block(`for (var ${i} = ${first}; ${i} < ${end}; ${i} += ${step})`, (scope) => {
    const current = all === null ? switched(scope, i, sums) : indexed(scope, i, all, groups);
    const { digits, index } = tile.rowAt(scope, i);
    visit(scope, index, digits, current);
  });
}

/** The values of row i from variables of their own: hardware keeps those in registers. */
function switched(scope: Scope, i: string, sums: readonly (readonly string[])[]): string[] {
  const current = (sums[0] as readonly string[]).map(() => scope.name('c'));
  for (const name of current) scope.line(`var ${name}: vec4f;`);
  scope.block(`switch (${i})`, (cases) => {
    sums.forEach((row, index) => {
      const label = index === sums.length - 1 ? 'default' : `case ${index}`;
      cases.line(`${label}: { ${row.map((sum, j) => `${current[j]} = ${sum};`).join(' ')} }`);
    });
  });
  return current;
}

/** The values of row i from an array (row, group). */
const indexed = (scope: Scope, i: string, all: string, groups: number): string[] =>
  Array.from({ length: groups }, (_, j) => scope.fresh(`${all}[${groups === 1 ? i : `${i} * ${groups} + ${j}`}]`));

/**
 * Visits the columns of a group that exist: as one vector, or one by one where they are not side by side in one digit. Few of them are written
 * out.
 */
function eachColumn(
  tile: TileWriter,
  scope: Scope,
  group: number,
  sum: string,
  visit: (scope: Scope, columns: readonly Digit[], isVector: boolean, value: string) => void,
): void {
  const { n } = tile.plan;
  const first = 4 * group;
  if (tile.hasVectorColumns) {
    // Digits of the root: what depends on columns alone, a bias, is read once for all rows.
    tile.whereGroupExists(scope, group, (inner) => visit(inner, tile.column(first), true, sum));
    return;
  }
  if (tile.fewColumns !== null) {
    for (let column = 0; column < tile.fewColumns; column++) visit(scope, tile.column(column), false, `${sum}.${'xyzw'[column]}`);
    return;
  }
  const lane = scope.name('l');
  const all = scope.fresh(sum);
  const end = scope.let(`min(4, ${n - first} - ${tile.n0})`);
  scope.block(`for (var ${lane} = 0; ${lane} < ${end}; ${lane}++)`, (inner) => {
    const column = inner.let(`${tile.n0} + ${first} + ${lane}`);
    visit(inner, offsetDigits(inner, column, tile.kernel.n, 0, 1), false, `${all}[${lane}]`);
  });
}

function evaluate(tile: TileWriter, scope: Scope, point: Point, sum: string): void {
  const { kernel } = tile;
  const around: Surroundings = {
    written: new Set(kernel.stores.map(({ buffer }) => buffer)),
    reduced: [],
    accumulator: { text: sum, dtype: 'float32', width: point.vector < 0 ? 1 : 4, scope },
  };
  const evaluator = new Evaluator(kernel.exprs, { ports: tile.ports, root: tile.root, scope, point }, around);
  for (const { value } of kernel.stores) evaluator.value(value);
  for (const store of kernel.stores) evaluator.store(store);
}
