// NAdamW as AlgoPerf defines it, the same step as nadamw.ts, after adam-family.wgsl. No sums: only apply is dispatched.

fn nadamwApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let moments = adamMoments(e, g);
  // One more application of the moving average, divided by the same correction: AlgoPerf's Nesterov form.
  let lookAhead = hyper(row, HYPER_beta1) * moments.m + derived(row, DERIVED_oneMinusBeta1) * g;
  let mHat = lookAhead / table(row, TABLE_bc1);
  return x - L(row) * (hyper(row, HYPER_weightDecay) * x + mHat / moments.root);
}
