// AdamW, the same step as adamw.ts, after adam-family.wgsl. No sums: only apply is dispatched.

fn adamwApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let moments = adamMoments(e, g);
  let mHat = moments.m / table(row, TABLE_bc1);
  return x - L(row) * (hyper(row, HYPER_weightDecay) * x + mHat / moments.root);
}
