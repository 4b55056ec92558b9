// Schedule-Free RAdam, the same step as scheduleFreeRadam.ts. No sums: decide works on scalars alone.

fn scheduleFreeRadamDecide(row: Row, sums: array<f32, SUMS>) {
  let rate = L(row) * table(row, TABLE_factor);
  setScalar(row, SCALAR_rate, rate);
  scheduleFreeWeigh(row, rate, table(row, TABLE_weight));
}

fn scheduleFreeRadamApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let v = hyper(row, HYPER_beta2) * slot(e, SLOT_v) + derived(row, DERIVED_oneMinusBeta2) * (g * g);
  setSlot(e, SLOT_v, v);
  let normalised = g / (sqrt(v / table(row, TABLE_bc2)) + hyper(row, HYPER_eps));
  // While the average is too short to normalise with, the raw gradient.
  let direction = select(g, normalised, table(row, TABLE_isRectified) != 0.0);
  let u = scalarNew(row, SCALAR_rate) * (direction + hyper(row, HYPER_weightDecay) * x);
  let pull = hyper(row, HYPER_beta1) * scalarNew(row, SCALAR_c);
  return scheduleFreeMove(e, x, slot(e, SLOT_gap), u, pull, derived(row, DERIVED_oneMinusBeta));
}

fn scheduleFreeRadamPoint(e: Element, x: vec4f) -> vec4f {
  return x - derived(e.row, DERIVED_oneMinusBeta) * slot(e, SLOT_gap);
}
