// NAdamW as AlgoPerf defines it, the same step as nadamw.ts. No sums: only apply is dispatched.

fn nadamwApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let beta1 = hyper(row, HYPER_beta1);
  let oneMinusBeta1 = derived(row, DERIVED_oneMinusBeta1);
  let m = beta1 * slot(e, SLOT_m) + oneMinusBeta1 * g;
  let v = hyper(row, HYPER_beta2) * slot(e, SLOT_v) + derived(row, DERIVED_oneMinusBeta2) * (g * g);
  setSlot(e, SLOT_m, m);
  setSlot(e, SLOT_v, v);
  // One more application of the moving average, divided by the same correction: AlgoPerf's Nesterov form.
  let mHat = (beta1 * m + oneMinusBeta1 * g) / table(row, TABLE_bc1);
  let denominator = sqrt(v / table(row, TABLE_bc2)) + hyper(row, HYPER_eps);
  return x - L(row) * (hyper(row, HYPER_weightDecay) * x + mHat / denominator);
}
