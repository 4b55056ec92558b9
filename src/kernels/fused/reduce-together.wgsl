// Columns of partial sums that a workgroup reduces, each thread an eighth of one, so that threads meet only once.
const REDUCERS = 8u * COLUMNS;

// Few: what clears them is code, and on some adapters an instruction per element.
var<workgroup> eighths: array<f32, REDUCERS>;

fn reduceColumns(thread: u32, columns: u32, first: u32, vectors: u32) {
  if (thread < 8u * columns) {
    eighths[thread] = eighthOf(thread / 8u, thread % 8u, first, vectors);
  }
  workgroupBarrier();
}

fn reduced(column: u32) -> f32 {
  var total = 0.0;
  for (var i = 0u; i < 8u; i++) {
    total = combine(column, total, eighths[column * 8u + i]);
  }
  return total;
}

fn meet() {
  workgroupBarrier();
}
