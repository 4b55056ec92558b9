// AdamW, the same step as adamw.ts. No sums: only apply is dispatched.

fn adamwApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let m = hyper(row, HYPER_beta1) * slot(e, SLOT_m) + derived(row, DERIVED_oneMinusBeta1) * g;
  let v = hyper(row, HYPER_beta2) * slot(e, SLOT_v) + derived(row, DERIVED_oneMinusBeta2) * (g * g);
  setSlot(e, SLOT_m, m);
  setSlot(e, SLOT_v, v);
  let mHat = m / table(row, TABLE_bc1);
  let denominator = sqrt(v / table(row, TABLE_bc2)) + hyper(row, HYPER_eps);
  return x - L(row) * (hyper(row, HYPER_weightDecay) * x + mHat / denominator);
}
