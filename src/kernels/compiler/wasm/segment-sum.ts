import type { Expr, SegmentSumKernel } from '../schedule.ts';
import { mapOperand } from './digits.ts';
import { type Copy, Emitter } from './emitter.ts';
import { Forms } from './forms.ts';
import type { KernelFunction } from './kernel-function.ts';
import { emitLoops, vectorSections } from './loops.ts';
import { runDigit } from './nest.ts';
import { NodeMaker } from './nodes.ts';

const [COUNT, ROW] = [0, 1] as const;

/** Emits a segmentSum kernel: zeros, then each row of values added to its target in the order of the rows. */
export function emitSegmentSum(target: KernelFunction, kernel: SegmentSumKernel): void {
  const { f } = target;
  const { count, rows, rowSize, label, level } = kernel;
  if (kernel.isSorted) throw new Error('rows are added in the order of the indices here, which nobody has to sort');
  emitLoops(target, {
    kind: 'loops',
    label,
    level,
    extents: [rows, rowSize],
    outer: 2,
    exprs: [{ kind: 'number', value: 0, dtype: 'float32' }],
    passes: [{ reduces: [], stores: [{ ...kernel.target, value: 0 }], outerStores: [] }],
  });
  const forms = new Forms(f);
  const context = {
    exprs: [
      { kind: 'load', ...kernel.values, dtype: 'float32' },
      { kind: 'load', ...mapOperand(kernel.indices, ([stride]) => [stride as number, 0]), dtype: 'int32' },
      // The target's row is chosen by the index alone.
      {
        kind: 'loadAt',
        ...mapOperand(kernel.target, ([, stride]) => [0, stride as number]),
        index: 1,
        scale: kernel.target.at.strides[0] as number,
        dtype: 'float32',
      },
      { kind: 'binary', fn: 'add', a: 2, b: 0, dtype: 'float32' },
    ] satisfies Expr[],
    extents: [count, rowSize],
    vector: ROW,
    outer: 0,
    written: new Set<number>(),
    addressForm: (slot: number, strides: readonly number[], offset: number) => forms.address(target.slot(slot), strides, offset),
    numberForm: (coefficients: readonly number[], offset: number) => forms.number(coefficients, offset),
  };
  const maker = new NodeMaker(context);
  const sum = maker.value(3);
  const old = maker.value(2);
  if (old.kind !== 'loadRow') throw new Error('a segmentSum needs one row per index');
  const emitter = new Emitter({
    f,
    math: target.math,
    vector: ROW,
    copyDigits: [ROW],
    slot: target.slot,
    number: target.number,
    reduced: () => {},
    accumulator: () => {},
  });
  const copyAt = (index: number, lanes: number): Copy => ({ offsets: [0, 4 * index], lanes });
  const addRow = (): void =>
    emitter.scope(() => {
      emitter.keep(old.row, copyAt(0, 4));
      const sections = vectorSections(rowSize, 1).map(({ count: vectors, lanes }) => ({
        count: vectors,
        step: 4 * lanes.length,
        body: () => emitter.scope(() => emitter.storeAtRow(old, sum, copyAt(0, lanes[0] as number))),
      }));
      runDigit(f, ROW, sections, forms.all);
    });
  runDigit(f, COUNT, [{ count, step: 1, body: addRow }], forms.all);
}
