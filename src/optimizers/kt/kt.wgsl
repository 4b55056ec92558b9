// KT, the same step as kt.ts. Sums: 0 is <theta, g>, 1 is g.g with entries of at most 1e15.

fn ktGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let row = e.row;
  let old = slot(e, SLOT_theta);
  setSlot(e, SLOT_theta, old - mult(row) * (g + hyper(row, HYPER_weightDecay) * x));
  let bounded = min(abs(g), vec4f(1e15));
  return Shares(old * g, bounded * bounded);
}

fn ktDecide(row: Row, sums: array<f32, SUMS>) {
  let wealth = scalarOld(row, SCALAR_W) - scalarOld(row, SCALAR_bet) * sums[0];
  setScalar(row, SCALAR_W, wealth);
  setScalar(row, SCALAR_bet, wealth / table(row, TABLE_rounds));
  setScalar(row, SCALAR_gMax, max(scalarOld(row, SCALAR_gMax), sqrt(sums[1])));
}

fn ktApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  return slot(e, SLOT_x0) + scalarNew(row, SCALAR_bet) * slot(e, SLOT_theta);
}
