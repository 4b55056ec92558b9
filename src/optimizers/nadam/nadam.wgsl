// NAdam, the same step as nadam.ts, after adam-family.wgsl. No sums: only apply is dispatched.

fn nadamApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let decayed = g + hyper(row, HYPER_weightDecay) * x;
  let moments = adamMoments(e, decayed);
  let numerator = table(row, TABLE_gShare) * decayed + table(row, TABLE_mShare) * moments.m;
  return x - L(row) * (numerator / moments.root);
}
