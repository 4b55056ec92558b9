// MoMo-Adam, the same step as momoAdam.ts; the step size is decided in ../momo/model.wgsl.

// D / K: Adam's direction, without a correction of the first moment.
fn momoAdamDirection(e: Element) -> vec4f {
  return slot(e, SLOT_D) / (sqrt(slot(e, SLOT_v) / table(e.row, TABLE_bc2)) + hyper(e.row, HYPER_eps));
}

fn momoAdamGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let row = e.row;
  let D = table(row, TABLE_keep) * slot(e, SLOT_D) + table(row, TABLE_fresh) * g;
  setSlot(e, SLOT_D, D);
  setSlot(e, SLOT_v, hyper(row, HYPER_beta2) * slot(e, SLOT_v) + derived(row, DERIVED_oneMinusBeta2) * (g * g));
  return Shares(D * momoAdamDirection(e), D * x);
}

fn momoDrop(row: Row, undivided: f32) -> f32 {
  return select(undivided, undivided / momoDecay(row), OPTION_divide);
}

fn momoAdamApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let displacement = scalarNew(row, SCALAR_tau) * momoAdamDirection(e);
  if (OPTION_divide) {
    return (x - displacement) / momoDecay(row);
  }
  return x - (L(row) * hyper(row, HYPER_weightDecay) * x + displacement);
}
