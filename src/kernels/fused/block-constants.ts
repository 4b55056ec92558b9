import type { ParamLayout } from '../layout.ts';
import { FUSED_ALIGN } from '../layout.ts';
import { hyperNumbers, type RowBlock, type RowSpec } from '../optimizer-runner.ts';
import { type ProgramNames, programNames, totalCount } from './program-names.ts';
import type { BlockShape } from './shape.ts';

type Offsets = Pick<BlockShape, 'hyperAt' | 'derivedAt' | 'learningRateAt' | 'multAt' | 'tableAt' | 'groupTensorAt' | 'tensorAt'>;

/**
 * Everything a block's kernels look up, as 32-bit words: floats by their bits, computed in float64 and rounded once. Sections, row-major:
 * hyper (rows, H), derived (rows, D), learning rate x multiplier (rows, T), multiplier (rows, T), table (rows, T, P),
 * the tensor of each group (groups), and per tensor its first group, group count and real size (tensors, 3).
 */
export interface BlockConstants {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly offsets: Offsets;
}

/** Words of each section, without computing any value. */
export function constantSections(block: Pick<RowBlock, 'program' | 'rows'>, layout: ParamLayout, totalSteps: number) {
  const names = programNames(block);
  const rows = block.rows.length;
  const sizes = [
    rows * totalCount(names.hyper),
    rows * names.derived.length,
    rows * totalSteps,
    rows * totalSteps,
    rows * totalSteps * names.table.length,
    layout.n / FUSED_ALIGN,
    layout.tensors.length * 3,
  ] as const;
  const at: number[] = [];
  let total = 0;
  for (const size of sizes) {
    at.push(total);
    total += size;
  }
  const [hyperAt = 0, derivedAt = 0, learningRateAt = 0, multAt = 0, tableAt = 0, groupTensorAt = 0, tensorAt = 0] = at;
  return { names, total, offsets: { hyperAt, derivedAt, learningRateAt, multAt, tableAt, groupTensorAt, tensorAt } };
}

/** Infinity stands for "no limit"; kernels see the largest float32 instead, because shaders may be compiled as if there were no infinity. */
function finite(value: number): number {
  return Math.min(Math.max(value, -3.4028234663852886e38), 3.4028234663852886e38);
}

function writeRow(floats: Float32Array, names: ProgramNames, offsets: Offsets, row: RowSpec, index: number, totalSteps: number): void {
  const { program, hyper, mult } = row;
  const values = program.rowHyper.flatMap((name) => hyperNumbers(row, name));
  floats.set(values.map(finite), offsets.hyperAt + index * values.length);
  const derived = program.derived?.(hyper) ?? {};
  names.derived.forEach((name, entry) => {
    floats[offsets.derivedAt + index * names.derived.length + entry] = finite(derived[name] as number);
  });
  const lr = typeof hyper.lr === 'number' ? hyper.lr : 1;
  for (let t = 0; t < totalSteps; t++) {
    const multiplier = mult[t] as number;
    floats[offsets.learningRateAt + index * totalSteps + t] = lr * multiplier;
    floats[offsets.multAt + index * totalSteps + t] = multiplier;
    if (names.table.length === 0) continue;
    const table = program.table?.(hyper, t) ?? {};
    names.table.forEach((name, entry) => {
      floats[offsets.tableAt + (index * totalSteps + t) * names.table.length + entry] = table[name] as number;
    });
  }
}

export function blockConstants(block: RowBlock, layout: ParamLayout, totalSteps: number): BlockConstants {
  const { names, total, offsets } = constantSections(block, layout, totalSteps);
  const words = new Uint32Array(total);
  const floats = new Float32Array(words.buffer);
  block.rows.forEach((row, index) => {
    writeRow(floats, names, offsets, row, index, totalSteps);
  });
  layout.tensors.forEach(({ offset, size, paddedSize }, tensor) => {
    const firstGroup = offset / FUSED_ALIGN;
    const groupCount = paddedSize / FUSED_ALIGN;
    words.fill(tensor, offsets.groupTensorAt + firstGroup, offsets.groupTensorAt + firstGroup + groupCount);
    words.set([firstGroup, groupCount, size], offsets.tensorAt + tensor * 3);
  });
  return { words, offsets };
}
