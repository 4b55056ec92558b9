// Columns of partial sums that are so short that one thread reduces them all. A column has as many eighths as have a vec4.
const REDUCERS = 1u;

fn reduceColumns(thread: u32, columns: u32, first: u32, vectors: u32) {
  for (var column = 0u; column < columns; column++) {
    var total = 0.0;
    for (var eighth = 0u; eighth < min(8u, (vectors + 7u) / 8u); eighth++) {
      total = combine(column, total, eighthOf(column, eighth, first, vectors));
    }
    totals[column] = total;
  }
}

fn meet() {}
