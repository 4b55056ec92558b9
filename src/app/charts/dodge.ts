/**
 * Moves labels apart along one axis: same order, at least `gap` between neighbours, inside [low, high], as little as that allows.
 * When there is no room for all, they are spread evenly.
 * @returns new positions in the order of `wanted`.
 */
export function dodge(wanted: readonly number[], gap: number, low: number, high: number): readonly number[] {
  const order = wanted.map((position, index) => ({ position, index })).sort((a, b) => a.position - b.position || a.index - b.index);
  const step = order.length > 1 ? Math.min(gap, (high - low) / (order.length - 1)) : gap;
  const placed: number[] = [];
  // Downwards from the low end, then back from the high end where that pushed the last ones out.
  for (const { position } of order) placed.push(Math.max(position, low, (placed[placed.length - 1] ?? Number.NEGATIVE_INFINITY) + step));
  let limit = high;
  for (let i = placed.length - 1; i >= 0; i--) {
    placed[i] = Math.min(placed[i] as number, limit);
    limit = (placed[i] as number) - step;
  }
  const result = new Array<number>(wanted.length);
  order.forEach(({ index }, rank) => {
    result[index] = placed[rank] as number;
  });
  return result;
}
