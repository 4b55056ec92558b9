// Schedule-Free SGD, the same step as scheduleFreeSgd.ts. No sums: decide works on scalars alone.

fn scheduleFreeSgdDecide(row: Row, sums: array<f32, SUMS>) {
  let rate = L(row) * table(row, TABLE_warmup);
  setScalar(row, SCALAR_rate, rate);
  scheduleFreeWeigh(row, rate, table(row, TABLE_weight));
}

fn scheduleFreeSgdApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let u = scalarNew(row, SCALAR_rate) * (g + hyper(row, HYPER_weightDecay) * x);
  let pull = hyper(row, HYPER_momentum) * scalarNew(row, SCALAR_c);
  return scheduleFreeMove(e, x, slot(e, SLOT_gap), u, pull, derived(row, DERIVED_oneMinusBeta));
}

fn scheduleFreeSgdPoint(e: Element, x: vec4f) -> vec4f {
  return x - derived(e.row, DERIVED_oneMinusBeta) * slot(e, SLOT_gap);
}
