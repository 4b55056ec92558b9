// Adam, the same step as adam.ts, after adam-family.wgsl. No sums: only apply is dispatched.

fn adamApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let moments = adamMoments(e, g + hyper(row, HYPER_weightDecay) * x);
  let mHat = moments.m / table(row, TABLE_bc1);
  return x - L(row) * (mHat / moments.root);
}
