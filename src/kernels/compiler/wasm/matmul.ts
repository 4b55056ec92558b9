import { rowMajor, sizeOf } from '../index-map.ts';
import type { MatMulKernel, Operand } from '../schedule.ts';
import { type Copy, Emitter, type StoreNode } from './emitter.ts';
import { Forms } from './forms.ts';
import type { FunctionBuilder, Local } from './function-builder.ts';
import type { KernelFunction } from './kernel-function.ts';
import { emitLoops } from './loops.ts';
import { columnSumLoops, stagedStrides, stagingLoops, transposed, vectorProductLoops, withoutNeedlessBatch } from './matmul-forms.ts';
import { runDigit } from './nest.ts';
import { type KernelNode, NodeMaker, operandsOf, type Place } from './nodes.ts';
import { PanelPacker } from './packing.ts';
import {
  COPIED_TILE_ROWS,
  isCopied,
  isPacked,
  MAX_PANEL_VECTORS,
  MAX_TILE_VECTORS,
  type PanelSection,
  panelsOf,
  rowBlocksOf,
  rowTilesOf,
} from './tiles.ts';
import { bodyCost } from './vector-choice.ts';

/** Instructions of epilogue that a tile may hold in line; more are run in a loop over the tile's rows. */
const MAX_INLINE_EPILOGUE = 160;

/** Emits a matmul kernel with merged digits into the body of a function. */
export function emitMatMul(target: KernelFunction, kernel: MatMulKernel): void {
  const sums = columnSumLoops(kernel);
  if (sums !== null) emitLoops(target, sums);
  const product = withoutNeedlessBatch(kernel);
  if (sizeOf(product.m) === 1 || sizeOf(product.n) === 1) {
    emitLoops(target, vectorProductLoops(product));
    return;
  }
  const staged = withPlainOperands(target, orient(product));
  new MatMulEmitter(staged.target, staged.kernel).emit();
}

/** Operands that are not read well where they are go to scratch memory first. */
function withPlainOperands(
  target: KernelFunction,
  kernel: MatMulKernel,
): { readonly target: KernelFunction; readonly kernel: MatMulKernel } {
  const { f } = target;
  const { batch, m, n, k } = kernel;
  const slots = new Map<number, Local>();
  const extended: KernelFunction = { ...target, slot: (slot) => slots.get(slot) ?? target.slot(slot) };
  const stage = (operand: Operand, extents: readonly number[], strides: readonly number[] | null): Operand => {
    if (strides === null) return operand;
    const slot = -1 - slots.size;
    const address = f.local('i32');
    f.get(target.scratch);
    f.i32(target.reserve(4 * spanOf(extents, strides)));
    f.op('i32.add');
    f.set(address);
    slots.set(slot, address);
    const staged = { buffer: slot, at: { strides, offset: 0, guards: [], fill: 0 } };
    emitLoops(extended, stagingLoops(operand, extents, staged));
    return staged;
  };
  const bExtents = [...batch, ...k, ...n];
  const a = stage(kernel.a, [...batch, ...m, ...k], stagedStrides(kernel));
  const b = stage(kernel.b, bExtents, kernel.b.at.guards.length === 0 ? null : rowMajor(bExtents));
  return { target: extended, kernel: { ...kernel, a, b } };
}

/** Elements from the first to the last of an array with these strides. */
const spanOf = (extents: readonly number[], strides: readonly number[]): number =>
  extents.reduce((last, extent, digit) => last + (extent - 1) * (strides[digit] as number), 1);

/** Vectors lie along the digit in which the results are neighbours. */
function orient(kernel: MatMulKernel): MatMulKernel {
  const { batch, m, n, stores } = kernel;
  const strides = stores[0]?.at.strides ?? [];
  const alongM = strides[batch.length + m.length - 1];
  const alongN = strides[batch.length + m.length + n.length - 1];
  return alongN !== 1 && alongM === 1 ? transposed(kernel) : kernel;
}

class MatMulEmitter {
  readonly #target: KernelFunction;
  readonly #f: FunctionBuilder;
  readonly #kernel: MatMulKernel;
  /** Digits of [batch, m, n, k] by role. */
  readonly #batchDigits: readonly number[];
  readonly #mDigits: readonly number[];
  readonly #nDigits: readonly number[];
  readonly #kDigits: readonly number[];
  readonly #extents: readonly number[];
  readonly #forms: Forms;
  readonly #a: Place;
  readonly #b: Place;
  readonly #emitter: Emitter;
  readonly #stores: readonly StoreNode[];
  readonly #packer: PanelPacker | null;
  /** Copies tiles of a, one behind the other. */
  readonly #copier: PanelPacker | null;
  /** Address of the next of those copies; null where there are none. */
  #copied: Local | null = null;
  /** Pushes the address of memory for the sums of a tile. */
  readonly #pushTile: () => void;
  /** Pushes the sum of products for a copy; set while an epilogue is emitted. */
  #pushSum: (copy: Copy) => void = () => {};

  constructor(target: KernelFunction, kernel: MatMulKernel) {
    this.#target = target;
    this.#f = target.f;
    this.#kernel = kernel;
    const { batch, m, n, k } = kernel;
    this.#extents = [...batch, ...m, ...n, ...k];
    const range = (start: number, count: number): number[] => Array.from({ length: count }, (_, index) => start + index);
    this.#batchDigits = range(0, batch.length);
    this.#mDigits = range(batch.length, m.length);
    this.#nDigits = range(batch.length + m.length, n.length);
    this.#kDigits = range(batch.length + m.length + n.length, k.length);
    const zeros = (digits: readonly number[]): number[] => digits.map(() => 0);
    const forms = new Forms(target.f);
    this.#forms = forms;
    const aStrides = kernel.a.at.strides;
    const bStrides = kernel.b.at.strides;
    const [mEnd, kEnd] = [batch.length + m.length, batch.length + k.length];
    this.#a = forms.address(
      target.slot(kernel.a.buffer),
      [...aStrides.slice(0, mEnd), ...zeros(n), ...aStrides.slice(mEnd)],
      kernel.a.at.offset,
    );
    this.#b = forms.address(
      target.slot(kernel.b.buffer),
      [...bStrides.slice(0, batch.length), ...zeros(m), ...bStrides.slice(kEnd), ...bStrides.slice(batch.length, kEnd)],
      kernel.b.at.offset,
    );
    this.#emitter = new Emitter({
      f: target.f,
      math: target.math,
      vector: this.#vector,
      copyDigits: [this.#rowDigit, this.#vector],
      slot: target.slot,
      number: target.number,
      reduced: () => {
        throw new Error('a matmul has no reductions');
      },
      accumulator: (copy) => this.#pushSum(copy),
    });
    const wide = (list: readonly number[]): number[] => [...list, ...zeros(k)];
    const maker = new NodeMaker({
      exprs: kernel.exprs,
      extents: [...batch, ...m, ...n],
      vector: this.#vector,
      outer: 0,
      written: new Set(),
      addressForm: (slot, strides, offset) => forms.address(target.slot(slot), wide(strides), offset),
      numberForm: (coefficients, offset) => forms.number(wide(coefficients), offset),
    });
    this.#stores = kernel.stores.map(({ buffer, at, value }) => ({
      slot: buffer,
      place: forms.address(target.slot(buffer), wide(at.strides), at.offset),
      value: maker.value(value),
    }));
    this.#pushTile = this.#scratchAddress(16 * MAX_TILE_VECTORS);
    this.#packer = isPacked(kernel)
      ? new PanelPacker({
          f: target.f,
          b: this.#b,
          k: this.#kDigits.map((digit) => ({ digit, extent: this.#extents[digit] as number })),
          columnDigit: this.#vector,
          pushPanel: this.#scratchAddress(16 * MAX_PANEL_VECTORS * sizeOf(k)),
        })
      : null;
    this.#copier = isCopied(kernel)
      ? new PanelPacker({
          f: target.f,
          b: this.#a,
          k: this.#kDigits.map((digit) => ({ digit, extent: this.#extents[digit] as number })),
          columnDigit: this.#rowDigit,
          pushPanel: this.#scratchAddress(4 * sizeOf(k) * Math.max(...rowBlocksOf(kernel).map(({ rows }) => rows))),
        })
      : null;
  }

  /** Takes scratch memory; the result pushes its address. */
  #scratchAddress(bytes: number): () => void {
    const { f, scratch, reserve } = this.#target;
    const offset = reserve(bytes);
    return () => {
      f.get(scratch);
      f.i32(offset);
      f.op('i32.add');
    };
  }

  get #vector(): number {
    return this.#nDigits.at(-1) as number;
  }

  get #rowDigit(): number {
    return this.#mDigits.at(-1) as number;
  }

  emit(): void {
    this.#emitter.scope(() => {
      for (const node of this.#constantNodes()) this.#emitter.keep(node, this.#copy(0, 0, 4));
      this.#runEach([...this.#batchDigits, ...this.#nDigits.slice(0, -1)], () => this.#runBlocks());
    });
  }

  /** Nodes that are the same everywhere. */
  #constantNodes(): KernelNode[] {
    const found = new Set<KernelNode>();
    const visit = (node: KernelNode): void => {
      for (const operand of operandsOf(node)) visit(operand);
      if (!node.isOfPass && node.depends.every((depends) => !depends)) found.add(node);
    };
    for (const { value } of this.#stores) visit(value);
    return [...found];
  }

  #copy(row: number, vectorIndex: number, lanes: number): Copy {
    return {
      offsets: this.#extents.map((_, digit) => (digit === this.#rowDigit ? row : digit === this.#vector ? 4 * vectorIndex : 0)),
      lanes,
    };
  }

  #runEach(digits: readonly number[], body: () => void): void {
    const [digit, ...rest] = digits;
    if (digit === undefined) {
      body();
      return;
    }
    const section = { count: this.#extents[digit] as number, step: 1, body: () => this.#runEach(rest, body) };
    runDigit(this.#f, digit, [section], this.#forms.all);
  }

  #runBlocks(): void {
    const sections = rowBlocksOf(this.#kernel).map(({ count, rows }) => ({ count, step: rows, body: () => this.#runPanels(rows) }));
    runDigit(this.#f, this.#rowDigit, sections, this.#forms.all);
  }

  /** Copies the rows of a that a block multiplies with every panel of b. */
  #copyTiles(copier: PanelPacker, rows: number): void {
    const target = copier.begin();
    const tile: PanelSection = { count: 1, vectors: COPIED_TILE_ROWS / 4, lastLanes: 4 };
    const section = { count: rows / COPIED_TILE_ROWS, step: COPIED_TILE_ROWS, body: () => copier.emit(tile, target) };
    runDigit(this.#f, this.#rowDigit, [section], [this.#a.form]);
    this.#f.release(target);
  }

  #runPanels(rows: number): void {
    if (this.#copier !== null) this.#copyTiles(this.#copier, rows);
    const sections = panelsOf(this.#extents[this.#vector] as number).map((panel) => ({
      count: panel.count,
      step: 4 * panel.vectors,
      body: () => {
        this.#packer?.emit(panel);
        this.#runEach(this.#mDigits.slice(0, -1), () => this.#runRows(panel, rows));
      },
    }));
    runDigit(this.#f, this.#vector, sections, this.#forms.all);
  }

  #runRows(panel: PanelSection, rows: number): void {
    this.#copied = this.#copier?.begin() ?? null;
    const sections = rowTilesOf(rows, panel.vectors).map((tile) => ({
      count: tile.count,
      step: tile.rows,
      body: () => this.#runTile(panel, tile.rows),
    }));
    runDigit(this.#f, this.#rowDigit, sections, this.#forms.all);
    if (this.#copied !== null) this.#f.release(this.#copied);
  }

  #runTile(panel: PanelSection, rows: number): void {
    const f = this.#f;
    const sums = Array.from({ length: rows * panel.vectors }, () => f.local('v128'));
    for (const sum of sums) {
      f.splat(0);
      f.set(sum);
    }
    this.#runProducts(panel, rows, sums);
    const isInline = bodyCost(this.#kernel.exprs) * sums.length <= MAX_INLINE_EPILOGUE;
    if (isInline) this.#storeInline(panel, rows, sums);
    else this.#storeByRows(panel, rows, sums);
    for (const sum of sums) f.release(sum);
  }

  /** sums[row, vector] += a[row, k] b[k, vector] over all k. */
  #runProducts(panel: PanelSection, rows: number, sums: readonly Local[]): void {
    const f = this.#f;
    const packed = this.#packer?.begin() ?? null;
    const copied = this.#copied;
    const forms = [...(copied === null ? [this.#a.form] : []), ...(packed === null ? [this.#b.form] : [])];
    // One k per loop body: more of them would need more registers, for V8 moves all loads to the front.
    const runK = (digits: readonly number[]): void => {
      const [digit, ...rest] = digits;
      if (digit !== undefined) {
        runDigit(f, digit, [{ count: this.#extents[digit] as number, step: 1, body: () => runK(rest) }], forms);
        return;
      }
      this.#addProducts(panel, rows, sums, packed);
      if (packed !== null) f.bump(packed, 16 * panel.vectors);
      if (copied !== null) f.bump(copied, 4 * COPIED_TILE_ROWS);
    };
    runK(this.#kDigits);
    if (packed !== null) f.release(packed);
  }

  #addProducts(panel: PanelSection, rows: number, sums: readonly Local[], packed: Local | null): void {
    const f = this.#f;
    const rowBytes = this.#a.form.coefficients[this.#rowDigit] as number;
    const columns = Array.from({ length: panel.vectors }, (_, vector) => {
      const local = f.local('v128');
      if (packed !== null) {
        f.get(packed);
        f.memory('v128.load', 16 * vector);
      } else this.#load('v128.load', this.#b, 16 * vector);
      f.set(local);
      return local;
    });
    const element = f.local('v128');
    for (let row = 0; row < rows; row++) {
      if (this.#copied !== null) {
        f.get(this.#copied);
        f.memory('v128.load32_splat', 4 * row);
      } else this.#load('v128.load32_splat', this.#a, row * rowBytes);
      f.set(element);
      columns.forEach((column, vector) => {
        const sum = sums[row * panel.vectors + vector] as Local;
        f.get(sum, element, column);
        f.op('f32x4.mul', 'f32x4.add');
        f.set(sum);
      });
    }
    f.release(element);
    for (const column of columns) f.release(column);
  }

  #load(name: 'v128.load' | 'v128.load32_splat', place: Place, bytes: number): void {
    const f = this.#f;
    const offset = place.offset + bytes;
    f.get(place.form.local);
    if (offset < 0) {
      f.i32(offset);
      f.op('i32.add');
    }
    f.memory(name, Math.max(offset, 0));
  }

  #copiesOf(panel: PanelSection, rows: number): Copy[] {
    return Array.from({ length: rows * panel.vectors }, (_, index) => {
      const vector = index % panel.vectors;
      return this.#copy(Math.floor(index / panel.vectors), vector, vector === panel.vectors - 1 ? panel.lastLanes : 4);
    });
  }

  #storeInline(panel: PanelSection, rows: number, sums: readonly Local[]): void {
    this.#pushSum = ({ offsets }) => {
      const [row, column] = [offsets[this.#rowDigit] as number, offsets[this.#vector] as number];
      this.#f.get(sums[row * panel.vectors + column / 4] as Local);
    };
    this.#storeCopies(this.#copiesOf(panel, rows));
  }

  #storeByRows(panel: PanelSection, rows: number, sums: readonly Local[]): void {
    const f = this.#f;
    const row = f.local('i32');
    this.#pushTile();
    f.set(row);
    sums.forEach((sum, index) => {
      f.get(row, sum);
      f.memory('v128.store', 16 * index);
    });
    this.#pushSum = ({ offsets }) => {
      f.get(row);
      f.memory('v128.load', 4 * (offsets[this.#vector] as number));
    };
    const body = (): void => {
      this.#storeCopies(this.#copiesOf(panel, 1));
      f.bump(row, 16 * panel.vectors);
    };
    runDigit(f, this.#rowDigit, [{ count: rows, step: 1, body }], this.#forms.all);
    f.release(row);
  }

  #storeCopies(copies: readonly Copy[]): void {
    this.#emitter.scope(() => {
      this.#emitter.expect(
        this.#stores.map(({ value }) => value),
        copies.length,
      );
      for (const copy of copies) this.#emitter.storeAll(this.#stores, copy);
    });
  }
}
