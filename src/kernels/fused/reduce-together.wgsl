// Columns of partial sums that a workgroup reduces, each thread an eighth of one, so that threads meet only once.
const REDUCERS = 8u * COLUMNS;

// Few: what clears them is code, and on some adapters an instruction per element.
var<workgroup> eighths: array<f32, REDUCERS>;

fn reduceColumns(thread: u32, columns: u32, first: u32, vectors: u32) {
  if (thread < 8u * columns) {
    eighths[thread] = eighthOf(thread / 8u, thread % 8u, first, vectors);
  }
  workgroupBarrier();
  // All in one place, whoever asks for one: code size is compile time.
  for (var column = 0u; column < select(0u, columns, thread == 0u); column++) {
    var total = 0.0;
    for (var i = 0u; i < 8u; i++) {
      total = combine(column, total, eighths[column * 8u + i]);
    }
    totals[column] = total;
  }
}

fn meet() {
  workgroupBarrier();
}
