/**
 * The lists of a sorted segment sum by counting sort: where the entries of each row start (rows + 1), then the entries (count), numbers of `indices` by row in ascending order.
 * What names no row is left out; the last elements stay 0 then.
 */
export function segmentLists(indices: ArrayLike<number>, rows: number): Int32Array {
  const lists = new Int32Array(rows + 1 + indices.length);
  const isRow = (index: number): boolean => index >= 0 && index < rows;
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i] as number;
    if (isRow(row)) lists[row + 1] = (lists[row + 1] as number) + 1;
  }
  for (let row = 0; row < rows; row++) lists[row + 1] = (lists[row + 1] as number) + (lists[row] as number);
  const next = lists.slice(0, rows);
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i] as number;
    if (!isRow(row)) continue;
    const entry = next[row] as number;
    lists[rows + 1 + entry] = i;
    next[row] = entry + 1;
  }
  return lists;
}
