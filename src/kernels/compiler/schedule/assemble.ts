import type { BufferId, Expr, Kernel, Schedule, ScheduleBuffer, Store } from '../schedule.ts';
import type { Buffers } from './buffers.ts';

/** The kernels with their buffers: those that are used, numbered in the order of use, with the levels they live in. */
export function assemble(kernels: readonly Kernel[], buffers: Buffers): Schedule {
  const numbers = new Map<BufferId, BufferId>();
  const lives: { first: number; last: number }[] = [];
  const use = (buffer: BufferId, level: number): BufferId => {
    const known = numbers.get(buffer);
    if (known === undefined) {
      numbers.set(buffer, lives.length);
      lives.push({ first: level, last: level });
      return lives.length - 1;
    }
    const life = lives[known] as { first: number; last: number };
    life.first = Math.min(life.first, level);
    life.last = Math.max(life.last, level);
    return known;
  };
  const renumbered = kernels.map((kernel) => renumber(kernel, (buffer) => use(buffer, kernel.level)));
  const used = [...numbers.keys()].map((buffer, index): ScheduleBuffer => {
    const { size, dtype, storage } = buffers.get(buffer);
    if (storage.kind !== 'arena') return { size, dtype, storage };
    const { first, last } = lives[index] as { first: number; last: number };
    return { size, dtype, storage: { kind: 'arena', firstLevel: first, lastLevel: last, tenants: storage.tenants } };
  });
  return { kernels: renumbered, buffers: used };
}

type Renumber = (buffer: BufferId) => BufferId;

function renumber(kernel: Kernel, number: Renumber): Kernel {
  const within = <T extends { readonly buffer: BufferId }>(value: T): T => ({ ...value, buffer: number(value.buffer) });
  const exprs = (list: readonly Expr[]): Expr[] => list.map((expr) => ('buffer' in expr ? within(expr) : expr));
  const stores = (list: readonly Store[]): Store[] => list.map(within);
  switch (kernel.kind) {
    case 'loops':
      return {
        ...kernel,
        exprs: exprs(kernel.exprs),
        passes: kernel.passes.map((pass) => ({ ...pass, stores: stores(pass.stores), outerStores: stores(pass.outerStores) })),
      };
    case 'matmul':
      return {
        ...kernel,
        a: within(kernel.a),
        b: within(kernel.b),
        exprs: exprs(kernel.exprs),
        stores: stores(kernel.stores),
        columnSum: kernel.columnSum && within(kernel.columnSum),
      };
    case 'segmentSum':
      return { ...kernel, values: within(kernel.values), indices: within(kernel.indices), target: within(kernel.target) };
    case 'custom':
      return { ...kernel, inputs: kernel.inputs.map(number), output: number(kernel.output) };
    default:
      return kernel satisfies never;
  }
}
