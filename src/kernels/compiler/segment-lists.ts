/**
 * The lists of a sorted segment sum by counting sort: where the entries of each row start, and after the last row end (rows + 1), then the
 * entries (count), numbers of `indices` by row in ascending order. What names no row is left out; the last elements stay 0 then.
 */
export function segmentLists(indices: ArrayLike<number>, rows: number): Int32Array {
  const lists = new Int32Array(rows + 1 + indices.length);
  const isRow = (index: number): boolean => index >= 0 && index < rows;
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i] as number;
    if (isRow(row)) lists[row] = (lists[row] as number) + 1;
  }
  // Where rows end; the last entry of each row is placed first, which leaves where they start.
  for (let row = 1; row <= rows; row++) lists[row] = (lists[row] as number) + (lists[row - 1] as number);
  for (let i = indices.length - 1; i >= 0; i--) {
    const row = indices[i] as number;
    if (!isRow(row)) continue;
    const entry = (lists[row] as number) - 1;
    lists[row] = entry;
    lists[rows + 1 + entry] = i;
  }
  return lists;
}
