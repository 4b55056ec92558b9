import type { ParamLayout } from '../../layout.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { TracedVector } from './traced-vector.ts';

/** (1, n) mask of the elements that are no padding; null when all are. */
export function realMask(builder: GraphBuilder, layout: ParamLayout): TracedVector | null {
  if (layout.n === layout.size) return null;
  return everyNthMask(builder, layout, 1);
}

/** (1, n) mask of entries 0, p, 2p, ... of each tensor. */
export function everyNthMask(builder: GraphBuilder, layout: ParamLayout, p: number): TracedVector {
  const mask = new Uint8Array(layout.n);
  for (const { offset, size } of layout.tensors) {
    for (let element = 0; element < size; element += p) mask[offset + element] = 1;
  }
  return new TracedVector(builder, builder.constant(mask, layout.n, 'bool'));
}

/** (1, n) -> (1, S): one sum per tensor, padding left out. */
export function sumTensors(builder: GraphBuilder, v: TracedVector, layout: ParamLayout): TracedVector {
  const sums = layout.tensors.map(({ offset, size }) => v.slice(offset, size).sum(1, true).id);
  return new TracedVector(builder, builder.concat(sums, 1));
}

/** For each element of a row, padding included, the tensor it belongs to. */
export function tensorOfElement(layout: ParamLayout): Int32Array {
  const result = new Int32Array(layout.n);
  layout.tensors.forEach(({ offset, paddedSize }, index) => {
    result.fill(index, offset, offset + paddedSize);
  });
  return result;
}
