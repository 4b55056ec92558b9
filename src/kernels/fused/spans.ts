import { FUSED_ALIGN, type ParamLayout } from '../layout.ts';

/** As in reduce.wgsl: threads that share a span, each taking every so manieth vec4 of it. */
export const SPAN_THREADS = 8;

/**
 * Spans of one row, plus at most one per tensor: 2,048 threads per run, each with several vec4 loads under way, and a race has several runs.
 * What a thread looks up, and its partial sums, which one workgroup adds up, then weigh little against a million parameters; twice as many
 * threads cost a twentieth of a step on the software adapter, eight times as many a fifth.
 */
const MOST_SPANS = 256;

/** Consecutive groups of FUSED_ALIGN elements inside one tensor: what SPAN_THREADS threads work through. */
export interface Span {
  readonly tensor: number;
  /** In the row. */
  readonly firstGroup: number;
  readonly groups: number;
  /** Index of its first element inside the tensor. */
  readonly firstElement: number;
}

/** Cuts a row into spans, by its layout alone: which elements a thread adds up must not depend on how many runs there are. */
export function planSpans({ n, tensors }: ParamLayout): readonly Span[] {
  const most = Math.ceil(n / FUSED_ALIGN / MOST_SPANS);
  return tensors.flatMap(({ offset, paddedSize }, tensor) => {
    const all = paddedSize / FUSED_ALIGN;
    return Array.from({ length: Math.ceil(all / most) }, (_, index): Span => {
      const before = index * most;
      return {
        tensor,
        firstGroup: offset / FUSED_ALIGN + before,
        groups: Math.min(most, all - before),
        firstElement: before * FUSED_ALIGN,
      };
    });
  });
}
