/** Rows of dense values and of categorical values; each field has its own, and in `first` its place among those of all fields. */
export interface Table {
  /** (rows, d) row-major. */
  readonly dense: Float32Array;
  /** (rows, fields) row-major. */
  readonly fields: Uint16Array;
  /** Number of the first value of each field, and of all values. */
  readonly first: readonly number[];
  /** 0 or 1. */
  readonly labels: Float32Array;
}

/**
 * Validation cross-entropy in nats of logistic regression with one weight per dense field and per categorical value: minimizes the sum of train
 * losses + |w|^2 / (2 C), the bias left out, as scikit-learn's `LogisticRegression(C)` does. Nesterov's method in the metric of a diagonal that
 * bounds the Hessian, 1/4 sum_i |x_ij| |x_i|_1 + 1 / C, started again where the step turns against the gradient (O'Donoghue and Candès, 2015).
 */
export function logisticRegression({ dense, fields, first, labels }: Table, trainRows: number, C: number, steps: number): number {
  const rows = labels.length;
  const [d, width] = [dense.length / rows, fields.length / rows];
  const columns = d + (first[width] as number) + 1;
  const bias = columns - 1;
  /** Visits the entries of a row, the bias last. */
  const visit = (row: number, see: (column: number, value: number) => void): void => {
    for (let j = 0; j < d; j++) see(j, dense[row * d + j] as number);
    for (let j = 0; j < width; j++) see(d + (first[j] as number) + (fields[row * width + j] as number), 1);
    see(bias, 1);
  };
  const logit = (w: Float64Array, row: number): number => {
    let z = 0;
    visit(row, (column, value) => {
      z += value * (w[column] as number);
    });
    return z;
  };
  const add = (to: Float64Array, column: number, value: number): void => {
    to[column] = (to[column] as number) + value;
  };

  const bounds = new Float64Array(columns).fill(1 / C);
  for (let row = 0; row < trainRows; row++) {
    let norm = 0;
    visit(row, (_, value) => {
      norm += Math.abs(value);
    });
    visit(row, (column, value) => add(bounds, column, (norm * Math.abs(value)) / 4));
  }
  const gradientAt = (w: Float64Array): Float64Array => {
    const gradient = w.map((value, column) => (column === bias ? 0 : value / C));
    for (let row = 0; row < trainRows; row++) {
      const slope = 1 / (1 + Math.exp(-logit(w, row))) - (labels[row] as number);
      visit(row, (column, value) => add(gradient, column, slope * value));
    }
    return gradient;
  };

  let [x, y, t] = [new Float64Array(columns), new Float64Array(columns), 1];
  for (let step = 0; step < steps; step++) {
    const gradient = gradientAt(y);
    const next = y.map((value, column) => value - (gradient[column] as number) / (bounds[column] as number));
    const turn = gradient.reduce((sum, slope, column) => sum + slope * ((next[column] as number) - (x[column] as number)), 0);
    const grown = turn > 0 ? 1 : (1 + Math.sqrt(1 + 4 * t * t)) / 2;
    const momentum = turn > 0 ? 0 : (t - 1) / grown;
    y = next.map((value, column) => value + momentum * (value - (x[column] as number)));
    [x, t] = [next, grown];
  }

  let loss = 0;
  for (let row = trainRows; row < rows; row++) {
    const z = logit(x, row);
    loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - (labels[row] as number) * z;
  }
  return loss / (rows - trainRows);
}
