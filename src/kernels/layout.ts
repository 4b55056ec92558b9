/** One parameter tensor of a network, without the run axis. */
export interface TensorSpec {
  readonly name: string;
  /** Shape of one run's tensor, e.g. [64, 10]. */
  readonly shape: readonly number[];
}

/** Where one tensor lies inside a run's flat row. Counts are elements, not bytes. */
export interface TensorPlacement extends TensorSpec {
  /** First element in the row; a multiple of the layout's `align`. */
  readonly offset: number;
  /** Number of real elements. */
  readonly size: number;
  /** `size` rounded up to a multiple of `align`; the difference is zero padding that nothing ever writes. */
  readonly paddedSize: number;
}

/** The layout of one row of `params: (R, n)`; gradients and optimizer slots share it. */
export interface ParamLayout {
  readonly tensors: readonly TensorPlacement[];
  /** Row length, padding included. */
  readonly n: number;
  /** Number of real parameters. */
  readonly size: number;
  readonly align: number;
}

/** Fused WGSL kernels need tensors to start at multiples of this, so that segments align with workgroups. */
export const FUSED_ALIGN = 256;

/** Lays tensors out one after another, each starting at a multiple of `align` (1 packs them). */
export function planLayout(tensors: readonly TensorSpec[], align: number): ParamLayout {
  let offset = 0;
  const placed = tensors.map(({ name, shape }) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const paddedSize = Math.ceil(size / align) * align;
    const placement = { name, shape, offset, size, paddedSize };
    offset += paddedSize;
    return placement;
  });
  return { tensors: placed, n: offset, size: placed.reduce((sum, { size }) => sum + size, 0), align };
}
