import type { Access, BufferId, Kernel, LoopsKernel, MatMulKernel, Operand, Schedule, ScheduleBuffer } from '../schedule.ts';

/** Element at + rows[...] * scale of the operand's buffer: rows of a table, looked up where they are read. */
export interface RowLookup {
  /** int32 numbers of rows. */
  readonly buffer: BufferId;
  readonly at: Access;
  readonly scale: number;
}

export interface GpuOperand extends Operand {
  readonly rows?: RowLookup;
}

export type GpuMatMul = Omit<MatMulKernel, 'a' | 'b'> & { readonly a: GpuOperand; readonly b: GpuOperand };
export type GpuKernel = Exclude<Kernel, MatMulKernel> | GpuMatMul;

export interface GpuSchedule {
  readonly kernels: readonly GpuKernel[];
  readonly buffers: readonly ScheduleBuffer[];
}

/** A kernel that does nothing but copy rows of a table to a buffer. */
interface RowCopy {
  readonly target: BufferId;
  readonly cols: number;
  readonly table: Operand;
  readonly rows: RowLookup;
}

/**
 * Leaves out kernels that copy rows of a table, a batch of the data, for matMuls alone: those look the rows up themselves. Saves a dispatch
 * per step and the copy. Only tables and row numbers that no kernel writes are looked up later: others may be gone by then.
 */
export function foldGathers(schedule: Schedule): GpuSchedule {
  const written = new Set(schedule.kernels.flatMap(writesOf));
  const copies = new Map<BufferId, RowCopy>();
  for (const kernel of schedule.kernels) {
    const copy = kernel.kind === 'loops' ? rowCopyOf(kernel, schedule) : null;
    if (copy !== null && !written.has(copy.table.buffer) && !written.has(copy.rows.buffer)) copies.set(copy.target, copy);
  }
  for (const kernel of schedule.kernels) {
    for (const read of otherReads(kernel)) copies.delete(read);
    if (kernel.kind !== 'matmul') continue;
    for (const operand of [kernel.a, kernel.b]) {
      const copy = copies.get(operand.buffer);
      if (copy !== undefined && lookedUp(operand, copy, extentsOf(kernel, operand)) === null) copies.delete(operand.buffer);
    }
  }
  if (copies.size === 0) return schedule;
  const folded = (kernel: MatMulKernel, operand: Operand): GpuOperand => {
    const copy = copies.get(operand.buffer);
    return copy === undefined ? operand : (lookedUp(operand, copy, extentsOf(kernel, operand)) as GpuOperand);
  };
  const isCopy = (kernel: Kernel): boolean =>
    kernel.kind === 'loops' && kernel.passes.some(({ stores }) => stores.some(({ buffer }) => copies.has(buffer)));
  return {
    kernels: schedule.kernels
      .filter((kernel) => !isCopy(kernel))
      .map(
        (kernel): GpuKernel =>
          kernel.kind === 'matmul' ? { ...kernel, a: folded(kernel, kernel.a), b: folded(kernel, kernel.b) } : kernel,
      ),
    // Buffers keep their numbers; those that are not written any more take no memory.
    buffers: schedule.buffers.map((buffer, id) => (copies.has(id) ? { ...buffer, size: 0 } : buffer)),
  };
}

function rowCopyOf({ extents, exprs, passes }: LoopsKernel, { buffers }: Schedule): RowCopy | null {
  const [pass, ...others] = passes;
  const [store, ...more] = pass?.stores ?? [];
  if (store === undefined || pass === undefined || others.length + more.length + pass.reduces.length + pass.outerStores.length > 0)
    return null;
  const value = exprs[store.value];
  if (value?.kind !== 'loadAt' || extents.length !== 2 || buffers[store.buffer]?.storage.kind !== 'arena') return null;
  const index = exprs[value.index];
  if (index?.kind !== 'load' || index.at.guards.length + value.at.guards.length > 0 || index.dtype !== 'int32') return null;
  const [, cols] = extents as readonly [number, number];
  const isPlain = store.at.offset === 0 && store.at.strides[0] === cols && store.at.strides[1] === 1;
  const isRow = value.at.strides[0] === 0 && value.at.strides[1] === 1 && index.at.strides[1] === 0;
  if (!isPlain || !isRow || buffers[store.buffer]?.dtype !== buffers[value.buffer]?.dtype) return null;
  return {
    target: store.buffer,
    cols,
    table: { buffer: value.buffer, at: value.at },
    rows: { buffer: index.buffer, at: index.at, scale: value.scale },
  };
}

function writesOf(kernel: Kernel): readonly BufferId[] {
  switch (kernel.kind) {
    case 'loops':
      return kernel.passes.flatMap(({ stores, outerStores }) => [...stores, ...outerStores].map(({ buffer }) => buffer));
    case 'matmul':
      return [...kernel.stores.map(({ buffer }) => buffer), ...(kernel.columnSum === null ? [] : [kernel.columnSum.buffer])];
    case 'segmentSum':
      return [kernel.target.buffer];
    case 'custom':
      return [kernel.output];
    default:
      return kernel satisfies never;
  }
}

/** What a kernel reads other than as operands of a matMul. */
function otherReads(kernel: Kernel): readonly BufferId[] {
  switch (kernel.kind) {
    case 'loops':
    case 'matmul':
      return kernel.exprs.flatMap((expr) => (expr.kind === 'load' || expr.kind === 'loadAt' ? [expr.buffer] : []));
    case 'segmentSum':
      return [kernel.values.buffer, kernel.indices.buffer];
    case 'custom':
      return kernel.inputs;
    default:
      return kernel satisfies never;
  }
}

const extentsOf = ({ batch, m, n, k, a }: MatMulKernel, operand: Operand): readonly number[] =>
  operand === a ? [...batch, ...m, ...k] : [...batch, ...k, ...n];

/** The operand read from the table itself; null where some digit moves over rows and columns at once. */
function lookedUp({ at }: Operand, { cols, table, rows }: RowCopy, extents: readonly number[]): GpuOperand | null {
  const firstColumn = at.offset % cols;
  const rowStrides = at.strides.map((stride) => (stride % cols === 0 ? stride / cols : 0));
  const columnStrides = at.strides.map((stride) => (stride % cols === 0 ? 0 : stride));
  const lastColumn = columnStrides.reduce((sum, stride, d) => sum + stride * ((extents[d] as number) - 1), firstColumn);
  if (columnStrides.some((stride) => stride < 0) || at.offset < 0 || lastColumn >= cols) return null;
  const step = rows.at.strides[0] as number;
  return {
    buffer: table.buffer,
    at: { ...at, strides: columnStrides, offset: table.at.offset + firstColumn },
    rows: {
      ...rows,
      at: {
        strides: rowStrides.map((stride) => stride * step + 0),
        offset: rows.at.offset + ((at.offset - firstColumn) / cols) * step,
        guards: [],
        fill: 0,
      },
    },
  };
}
