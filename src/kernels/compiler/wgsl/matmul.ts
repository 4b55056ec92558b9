import type { ClassChoices } from './adapter-class.ts';
import { type Digit, linear, type Point, splitIndex } from './digits.ts';
import { type Place, readOperand, splat } from './evaluator.ts';
import type { GpuMatMul, GpuOperand } from './fold-gathers.ts';
import { type KernelBody, threadIndex } from './kernel-body.ts';
import { writeColumnSums, writeTile } from './matmul-epilogue.ts';
import { type MatMulPlan, planMatMul } from './matmul-tile.ts';
import type { Ports, RegionId } from './ports.ts';
import type { Scope } from './scope.ts';

/** Gives a region of float32 values per run that only the kernel's own stages use. */
export type Scratch = (size: number) => RegionId;

/** The stages of a matMul, one after the other: the products, and where the inner dimension is split, the sums of its parts. */
export function matMulBodies(kernel: GpuMatMul, choices: ClassChoices, scratch: Scratch): KernelBody[] {
  const plan = planMatMul(kernel, choices);
  const tiles = plan.batches * plan.rowTiles * plan.columnTiles;
  if (plan.parts === 1) {
    return [
      {
        label: kernel.label,
        workgroups: Math.ceil(tiles / choices.workgroup),
        write: (root, ports) => {
          const tile = new TileWriter(kernel, plan, root, ports, threadIndex(root, tiles, choices));
          const { sums, columnSums } = tile.accumulate(null);
          writeTile(kernel, tile, sums);
          if (columnSums !== null) writeColumnSums(kernel, tile, columnSums);
        },
      },
    ];
  }
  const sumSize = plan.batches * plan.m * plan.paddedN;
  const columnSize = plan.batches * plan.paddedN;
  const partial = scratch(plan.parts * sumSize);
  const partialColumns = kernel.columnSum === null ? null : scratch(plan.parts * columnSize);
  const rowPlan: MatMulPlan = { ...plan, rows: 1, groups: 1, rowTiles: plan.m, columnTiles: plan.paddedN / 4 };
  const quads = rowPlan.batches * rowPlan.rowTiles * rowPlan.columnTiles;
  return [
    {
      label: kernel.label,
      workgroups: Math.ceil((plan.parts * tiles) / choices.workgroup),
      write: (root, ports) => {
        const t = threadIndex(root, plan.parts * tiles, choices);
        const [part, index] = splitIndex(root, t, [plan.parts, tiles]) as [Digit, Digit];
        const tile = new TileWriter(kernel, plan, root, ports, index.base ?? '0');
        const { sums, columnSums } = tile.accumulate(part);
        tile.storePartial(partial, part, sumSize, sums);
        if (columnSums !== null && partialColumns !== null) tile.storePartialColumns(partialColumns, part, columnSize, columnSums);
      },
    },
    {
      label: `${kernel.label} (sum of ${plan.parts} parts)`,
      workgroups: Math.ceil(quads / choices.workgroup),
      write: (root, ports) => {
        const tile = new TileWriter(kernel, rowPlan, root, ports, threadIndex(root, quads, choices));
        writeTile(kernel, tile, [[tile.sumOfParts(partial, sumSize)]]);
        if (partialColumns !== null) writeColumnSums(kernel, tile, [tile.sumOfPartColumns(partialColumns, columnSize)]);
      },
    },
  ];
}

/** What one thread computes: a tile of one product of the batch. */
export class TileWriter {
  readonly plan: MatMulPlan;
  readonly root: Scope;
  readonly ports: Ports;
  readonly batch: readonly Digit[];
  /** First row and column, i32. */
  readonly m0: string;
  readonly n0: string;
  /** Number of the tile's row of tiles, i32. */
  readonly rowTile: string;
  /** Whether 4 columns of a vector differ in the last digit of n only. */
  readonly hasVectorColumns: boolean;
  readonly #kernel: GpuMatMul;
  readonly #batchIndex: string;

  constructor(kernel: GpuMatMul, plan: MatMulPlan, root: Scope, ports: Ports, tile: string) {
    const { batches, rowTiles, columnTiles, rows, groups } = plan;
    this.#kernel = kernel;
    this.plan = plan;
    this.root = root;
    this.ports = ports;
    const [batch, rowTile, columnTile] = splitIndex(root, tile, [batches, rowTiles, columnTiles]) as [Digit, Digit, Digit];
    this.#batchIndex = batch.base ?? '0';
    this.batch = splitIndex(root, this.#batchIndex, kernel.batch);
    this.rowTile = rowTile.base ?? '0';
    this.m0 = rowTile.base === null ? '0' : rows === 1 ? rowTile.base : root.let(`${rowTile.base} * ${rows}`);
    this.n0 = columnTile.base === null ? '0' : root.let(`${columnTile.base} * ${4 * groups}`);
    this.hasVectorColumns = (kernel.n.at(-1) ?? 1) % 4 === 0;
  }

  /** Digits of row m0 + i. */
  row(i: number, scope = this.root): Digit[] {
    return offsetDigits(scope, this.m0, this.#kernel.m, i, this.plan.rows);
  }

  /** Digits of column n0 + j. */
  column(j: number, scope = this.root): Digit[] {
    return offsetDigits(scope, this.n0, this.#kernel.n, j, 4 * this.plan.groups);
  }

  /** Sums of products over k (or over a part of it): names of vec4 variables [row][group], and of column sums [group]. */
  accumulate(part: Digit | null): { sums: string[][]; columnSums: string[] | null } {
    const { plan, root } = this;
    const { rows, groups, partLength } = plan;
    const kernel = this.#kernel;
    const variable = (): string => {
      const name = root.name('c');
      root.line(`var ${name} = vec4f(0.0);`);
      return name;
    };
    const sums = Array.from({ length: rows }, () => Array.from({ length: groups }, variable));
    const columnSums = kernel.columnSum === null ? null : Array.from({ length: groups }, variable);
    const lastK = kernel.k.length - 1;
    const hasVectorK = [kernel.a, kernel.b].some((operand, index) => this.#isVector(operand, index === 0 ? 'a' : 'b', 'k'));
    const step = hasVectorK ? 4 : 1;
    const products = (scope: Scope, k: readonly Digit[]): void => {
      const a = this.#fragmentA(scope, k, step);
      const b = this.#fragmentB(scope, k, step);
      for (let kk = 0; kk < step; kk++) {
        for (let j = 0; j < groups; j++) {
          const right = b(kk, j);
          for (let i = 0; i < rows; i++) scope.line(`${sums[i]?.[j]} += ${a(i, kk)} * ${right};`);
          if (columnSums !== null) scope.line(`${columnSums[j]} += ${right};`);
        }
      }
    };
    const loop = (scope: Scope, digits: readonly Digit[]): void => {
      const d = digits.length;
      if (d === kernel.k.length) {
        products(scope, digits);
        return;
      }
      const extent = kernel.k[d] as number;
      const by = d === lastK ? step : 1;
      const isSplit = d === 0 && part !== null;
      if (extent === by && !isSplit) {
        loop(scope, [...digits, { base: null, scope, plus: 0 }]);
        return;
      }
      const name = scope.name('k');
      const first = isSplit && part.base !== null ? scope.let(`${part.base} * ${partLength}`) : '0';
      const last = isSplit ? scope.let(`min(${first} + ${partLength}, ${extent})`) : `${extent}`;
      scope.block(`for (var ${name} = ${first}; ${name} < ${last}; ${name} += ${by})`, (inner) => {
        loop(inner, [...digits, { base: name, scope: inner, plus: 0 }]);
      });
    };
    loop(root, []);
    return { sums, columnSums };
  }

  storePartial(region: RegionId, part: Digit, size: number, sums: readonly (readonly string[])[]): void {
    const { m, n, rows, groups, paddedN } = this.plan;
    sums.forEach((row, i) => {
      row.forEach((sum, j) => {
        const digits = [part, this.#batchDigit(), this.#flat(this.m0, i), this.#flat(this.n0, 4 * j)];
        const at = linear([size, m * paddedN, paddedN, 1], 0, digits, this.ports.start(region, this.root));
        const checks = [
          ...(m % rows === 0 ? [] : [`${this.m0} + ${i} < ${m}`]),
          ...(paddedN % (4 * groups) === 0 ? [] : [`${this.n0} + ${4 * j} < ${n}`]),
        ];
        const [line] = this.ports.writeVector(region, at, 0, 1, true, sum) as [string];
        this.root.line(checks.length === 0 ? line : `if (${checks.join(' && ')}) { ${line} }`);
      });
    });
  }

  storePartialColumns(region: RegionId, part: Digit, size: number, sums: readonly string[]): void {
    const { n, groups, paddedN } = this.plan;
    sums.forEach((sum, j) => {
      const digits = [part, this.#batchDigit(), this.#flat(this.n0, 4 * j)];
      const at = linear([size, paddedN, 1], 0, digits, this.ports.start(region, this.root));
      const check = paddedN % (4 * groups) === 0 ? '' : ` && ${this.n0} + ${4 * j} < ${n}`;
      const [line] = this.ports.writeVector(region, at, 0, 1, true, sum) as [string];
      this.root.line(`if (${this.rowTile} == 0${check}) { ${line} }`);
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
    return { base: this.#batchIndex === '0' ? null : this.#batchIndex, scope: this.root, plus: 0 };
  }

  #flat(base: string, plus: number): Digit {
    return { base: base === '0' ? null : base, scope: this.root, plus };
  }

  /** Whether 4 neighbours along the last digit of m, k or n are side by side in an operand and differ in nothing else. */
  #isVector(operand: GpuOperand, which: 'a' | 'b', along: 'm' | 'k' | 'n'): boolean {
    const { batch, m, n, k } = this.#kernel;
    const parts = which === 'a' ? [batch, m, k] : [batch, k, n];
    const extents = parts.flat();
    const index = along === 'k' ? (which === 'a' ? 2 : 1) : along === 'm' ? 1 : 2;
    if ((parts[index] as readonly number[]).length === 0) return false;
    const digit = parts.slice(0, index + 1).flat().length - 1;
    const { strides, guards, offset } = operand.at;
    const { rows } = operand;
    return (
      (extents[digit] as number) % 4 === 0 &&
      strides[digit] === 1 &&
      offset % 4 === 0 &&
      strides.every((stride, d) => d === digit || stride % 4 === 0 || extents[d] === 1) &&
      guards.every(({ coefficients }) => coefficients[digit] === 0) &&
      (rows === undefined || (rows.at.strides[digit] === 0 && rows.scale % 4 === 0)) &&
      this.ports.keepsAlignment(operand.buffer)
    );
  }

  #read(scope: Scope, operand: GpuOperand, digits: readonly Digit[], vector: number): { text: string; vec: string } {
    const point: Point = { digits, vector };
    const place: Place = { ports: this.ports, root: this.root, scope, point };
    const value = readOperand(place, operand);
    return { text: value.text, vec: splat(value) };
  }

  /** Texts of a[row i, k + kk]. */
  #fragmentA(scope: Scope, k: readonly Digit[], step: number): (i: number, kk: number) => string {
    const { a, batch, m } = this.#kernel;
    const { rows } = this.plan;
    const read = (i: number, kk: number, vector: number): string =>
      this.#read(scope, a, [...this.batch, ...this.row(i), ...advanced(k, kk)], vector).text;
    const lastK = batch.length + m.length + k.length - 1;
    if (step === 4 && this.#isVector(a, 'a', 'k')) {
      const vectors = Array.from({ length: rows }, (_, i) => read(i, 0, lastK));
      return (i, kk) => `${vectors[i]}.${'xyzw'[kk]}`;
    }
    if (rows % 4 === 0 && this.#isVector(a, 'a', 'm')) {
      const lastM = batch.length + m.length - 1;
      const vectors = Array.from({ length: step }, (_, kk) => Array.from({ length: rows / 4 }, (_, i) => read(4 * i, kk, lastM)));
      return (i, kk) => `${vectors[kk]?.[i >> 2]}.${'xyzw'[i & 3]}`;
    }
    return (i, kk) => read(i, kk, -1);
  }

  /** Texts of the vec4 b[k + kk, columns of group j]. */
  #fragmentB(scope: Scope, k: readonly Digit[], step: number): (kk: number, j: number) => string {
    const { b, batch, n } = this.#kernel;
    const { groups } = this.plan;
    const at = (kk: number, column: number): Digit[] => [...this.batch, ...advanced(k, kk), ...this.column(column)];
    if (step === 4 && this.#isVector(b, 'b', 'k')) {
      const lastK = batch.length + k.length - 1;
      const vectors = Array.from({ length: 4 * groups }, (_, column) => this.#read(scope, b, at(0, column), lastK).text);
      return (kk, j) => scope.let(`vec4f(${[0, 1, 2, 3].map((lane) => `${vectors[4 * j + lane]}.${'xyzw'[kk]}`).join(', ')})`);
    }
    if (this.#isVector(b, 'b', 'n')) {
      const lastN = batch.length + k.length + n.length - 1;
      return (kk, j) => this.#read(scope, b, at(kk, 4 * j), lastN).vec;
    }
    return (kk, j) => scope.let(`vec4f(${[0, 1, 2, 3].map((lane) => this.#read(scope, b, at(kk, 4 * j + lane), -1).text).join(', ')})`);
  }
}

/** Digits with the last one moved on. */
const advanced = (digits: readonly Digit[], by: number): Digit[] =>
  digits.map((digit, d) => (d === digits.length - 1 ? { ...digit, plus: digit.plus + by } : digit));

/** Digits of base + plus, where base is a multiple of `tile` (0: anything) and 0 <= plus < tile. */
export function offsetDigits(scope: Scope, base: string, extents: readonly number[], plus: number, tile: number): Digit[] {
  const isSingle = extents.filter((extent) => extent > 1).length <= 1;
  const last = extents.length - 1;
  if (isSingle || (tile > 0 && (extents[last] as number) % tile === 0)) {
    const digits = base === '0' ? extents.map((): Digit => ({ base: null, scope, plus: 0 })) : splitIndex(scope, base, extents);
    const moving = isSingle ? extents.findIndex((extent) => extent > 1) : last;
    return digits.map((digit, d) => (d === moving ? { ...digit, plus } : digit));
  }
  return splitIndex(scope, scope.let(`${base} + ${plus}`), extents);
}
