import type { ParamLayout } from '../layout.ts';
import { hyperNumbers, type RowBlock, type RowSpec } from '../optimizer-runner.ts';
import { type ProgramNames, programNames, totalCount } from './program-names.ts';
import type { BlockShape } from './shape.ts';
import type { Span } from './spans.ts';

type Offsets = Pick<BlockShape, 'hyperAt' | 'derivedAt' | 'learningRateAt' | 'multAt' | 'tableAt' | 'spanAt' | 'tensorAt'>;

/**
 * Everything a block's kernels look up, as 32-bit words: floats by their bits, computed in float64 and rounded once. Sections, row-major:
 * hyper (rows, H), derived (rows, D), learning rate x multiplier (rows, T), multiplier (rows, T), table (rows, T, P),
 * per span its tensor, first group, groups, first element inside the tensor and the tensor's real size (spans, 5), and per tensor its first
 * span and their number (tensors, 2).
 */
export interface BlockConstants {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly offsets: Offsets;
}

const SPAN_WORDS = 5;
const TENSOR_WORDS = 2;

/** Words of each section, without computing any value. */
export function constantSections(
  block: Pick<RowBlock, 'program' | 'rows'>,
  layout: ParamLayout,
  spans: readonly Span[],
  totalSteps: number,
) {
  const names = programNames(block);
  const rows = block.rows.length;
  const sizes = [
    rows * totalCount(names.hyper),
    rows * names.derived.length,
    rows * totalSteps,
    rows * totalSteps,
    rows * totalSteps * names.table.length,
    spans.length * SPAN_WORDS,
    layout.tensors.length * TENSOR_WORDS,
  ] as const;
  const at: number[] = [];
  let total = 0;
  for (const size of sizes) {
    at.push(total);
    total += size;
  }
  const [hyperAt = 0, derivedAt = 0, learningRateAt = 0, multAt = 0, tableAt = 0, spanAt = 0, tensorAt = 0] = at;
  return { names, total, offsets: { hyperAt, derivedAt, learningRateAt, multAt, tableAt, spanAt, tensorAt } };
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

export function blockConstants(block: RowBlock, layout: ParamLayout, spans: readonly Span[], totalSteps: number): BlockConstants {
  const { names, total, offsets } = constantSections(block, layout, spans, totalSteps);
  const words = new Uint32Array(total);
  const floats = new Float32Array(words.buffer);
  block.rows.forEach((row, index) => {
    writeRow(floats, names, offsets, row, index, totalSteps);
  });
  spans.forEach(({ tensor, firstGroup, groups, firstElement }, index) => {
    const size = layout.tensors[tensor]?.size ?? 0;
    words.set([tensor, firstGroup, groups, firstElement, size], offsets.spanAt + index * SPAN_WORDS);
  });
  layout.tensors.forEach((_, tensor) => {
    const first = spans.findIndex((span) => span.tensor === tensor);
    const count = spans.filter((span) => span.tensor === tensor).length;
    words.set([first, count], offsets.tensorAt + tensor * TENSOR_WORDS);
  });
  return { words, offsets };
}
