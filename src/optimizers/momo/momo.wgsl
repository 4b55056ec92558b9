// MoMo, the same step as momo.ts; the step size is decided in model.wgsl.

fn momoGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let D = table(e.row, TABLE_keep) * slot(e, SLOT_D) + table(e.row, TABLE_fresh) * g;
  setSlot(e, SLOT_D, D);
  return Shares(D * D, D * x);
}

fn momoDrop(row: Row, undivided: f32) -> f32 {
  return undivided / momoDecay(row);
}

fn momoApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  return (x - scalarNew(e.row, SCALAR_tau) * slot(e, SLOT_D)) / momoDecay(e.row);
}
