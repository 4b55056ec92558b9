// What the Adam family shares: both moments after the gradient g, stored, and the divisor of the step with its bias correction.

struct AdamMoments {
  m: vec4f,
  root: vec4f,
}

fn adamMoments(e: Element, g: vec4f) -> AdamMoments {
  let row = e.row;
  let m = hyper(row, HYPER_beta1) * slot(e, SLOT_m) + derived(row, DERIVED_oneMinusBeta1) * g;
  let v = hyper(row, HYPER_beta2) * slot(e, SLOT_v) + derived(row, DERIVED_oneMinusBeta2) * (g * g);
  setSlot(e, SLOT_m, m);
  setSlot(e, SLOT_v, v);
  return AdamMoments(m, sqrt(v / table(row, TABLE_bc2)) + hyper(row, HYPER_eps));
}
