import type { Digit, Point } from './digits.ts';
import { Evaluator, type Surroundings } from './evaluator.ts';
import type { GpuMatMul } from './fold-gathers.ts';
import { offsetDigits, type TileWriter } from './matmul.ts';
import type { Scope } from './scope.ts';

/** An epilogue of more expressions is written once, in a loop over the tile's rows: code size is compile time. */
const UNROLLED_EXPRESSIONS = 8;

/** Evaluates and stores what follows the sums of products, for every element of a tile. `sums`: names of vec4 variables [row][group]. */
export function writeTile(kernel: GpuMatMul, tile: TileWriter, sums: readonly (readonly string[])[]): void {
  const { root, m0 } = tile;
  const { rows, groups, m } = tile.plan;
  if (rows === 1 || (kernel.exprs.length <= UNROLLED_EXPRESSIONS && tile.hasVectorColumns)) {
    sums.forEach((row, i) => {
      const write = (scope: Scope): void => writeRow(kernel, tile, scope, tile.row(i, scope), row);
      if (m % rows === 0) write(root);
      else root.block(`if (${m0} + ${i} < ${m})`, write);
    });
    return;
  }
  const i = root.name('r');
  const end = m % rows === 0 ? `${rows}` : root.let(`min(${rows}, ${m} - ${m0})`);
  root.block(`for (var ${i} = 0; ${i} < ${end}; ${i}++)`, (scope) => {
    const current = Array.from({ length: groups }, () => scope.name('c'));
    for (const name of current) scope.line(`var ${name}: vec4f;`);
    scope.block(`switch (${i})`, (cases) => {
      sums.forEach((row, index) => {
        const label = index === rows - 1 ? 'default' : `case ${index}`;
        cases.line(`${label}: { ${row.map((sum, j) => `${current[j]} = ${sum};`).join(' ')} }`);
      });
    });
    const row = offsetDigits(scope, scope.let(`${m0} + ${i}`), kernel.m, 0, 1);
    writeRow(kernel, tile, scope, row, current);
  });
}

/** Stores the sums over k of b; threads of the first row of tiles do. `sums`: names of vec4 variables [group]. */
export function writeColumnSums(kernel: GpuMatMul, tile: TileWriter, sums: readonly string[]): void {
  const { columnSum } = kernel;
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
  root.block(`if (${tile.rowTile} == 0)`, (scope) => {
    sums.forEach((sum, j) => {
      eachColumn(kernel, tile, scope, j, sum, (inner, columns, isVector, value) => {
        store(inner, columns, isVector ? batch.length + columns.length - 1 : -1, value);
      });
    });
  });
}

function writeRow(kernel: GpuMatMul, tile: TileWriter, scope: Scope, row: readonly Digit[], sums: readonly string[]): void {
  sums.forEach((sum, j) => {
    eachColumn(kernel, tile, scope, j, sum, (inner, columns, isVector, value) => {
      const digits = [...tile.batch, ...row, ...columns];
      evaluate(kernel, tile, inner, { digits, vector: isVector ? digits.length - 1 : -1 }, value);
    });
  });
}

/** Visits the columns of a group that exist: as one vector, or one by one where they are not side by side in one digit. */
function eachColumn(
  kernel: GpuMatMul,
  tile: TileWriter,
  scope: Scope,
  group: number,
  sum: string,
  visit: (scope: Scope, columns: readonly Digit[], isVector: boolean, value: string) => void,
): void {
  const { groups, n } = tile.plan;
  const first = 4 * group;
  if (tile.hasVectorColumns) {
    const write = (inner: Scope): void => visit(inner, tile.column(first, inner), true, sum);
    if (group === 0 || n % (4 * groups) === 0) write(scope);
    else scope.block(`if (${tile.n0} + ${first} < ${n})`, write);
    return;
  }
  const lane = scope.name('l');
  const all = scope.fresh(sum);
  const end = scope.let(`min(4, ${n - first} - ${tile.n0})`);
  scope.block(`for (var ${lane} = 0; ${lane} < ${end}; ${lane}++)`, (inner) => {
    const column = inner.let(`${tile.n0} + ${first} + ${lane}`);
    visit(inner, offsetDigits(inner, column, kernel.n, 0, 1), false, `${all}[${lane}]`);
  });
}

function evaluate(kernel: GpuMatMul, tile: TileWriter, scope: Scope, point: Point, sum: string): void {
  const around: Surroundings = {
    written: new Set(kernel.stores.map(({ buffer }) => buffer)),
    reduced: [],
    accumulator: { text: sum, dtype: 'float32', width: point.vector < 0 ? 1 : 4, scope },
  };
  const evaluator = new Evaluator(kernel.exprs, { ports: tile.ports, root: tile.root, scope, point }, around);
  for (const { value } of kernel.stores) evaluator.value(value);
  for (const store of kernel.stores) evaluator.store(store);
}
