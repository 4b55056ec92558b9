// Schedule-Free AdamW, the same step as scheduleFreeAdamw.ts. No sums: decide works on scalars alone.

fn scheduleFreeAdamwDecide(row: Row, sums: array<f32, SUMS>) {
  let rate = L(row) * table(row, TABLE_warmup);
  setScalar(row, SCALAR_rate, rate);
  scheduleFreeWeigh(row, rate, table(row, TABLE_weight));
}

// What is normalised: the gradient, or its running average. Without one its buffer is neither read nor written.
fn scheduleFreeAdamwNumerator(e: Element, g: vec4f) -> vec4f {
  let inner = hyper(e.row, HYPER_innerMomentum);
  if (ZERO_innerMomentum || inner == 0.0) {
    return g;
  }
  let m = inner * slot(e, SLOT_m) + derived(e.row, DERIVED_oneMinusInner) * g;
  setSlot(e, SLOT_m, m);
  return m / table(e.row, TABLE_bcInner);
}

fn scheduleFreeAdamwApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let v = hyper(row, HYPER_beta2) * slot(e, SLOT_v) + derived(row, DERIVED_oneMinusBeta2) * (g * g);
  setSlot(e, SLOT_v, v);
  let denominator = sqrt(v / table(row, TABLE_bc2)) + hyper(row, HYPER_eps);
  let direction = scheduleFreeAdamwNumerator(e, g) / denominator;
  let u = scalarNew(row, SCALAR_rate) * (direction + hyper(row, HYPER_weightDecay) * x);
  let pull = hyper(row, HYPER_beta1) * scalarNew(row, SCALAR_c);
  return scheduleFreeMove(e, x, slot(e, SLOT_gap), u, pull, derived(row, DERIVED_oneMinusBeta));
}

fn scheduleFreeAdamwPoint(e: Element, x: vec4f) -> vec4f {
  return x - derived(e.row, DERIVED_oneMinusBeta) * slot(e, SLOT_gap);
}
