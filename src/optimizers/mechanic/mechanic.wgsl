// Mechanic over a base optimizer, the same step as mechanic.ts. baseUpdate is the base's apply.
// Sums: 0 is g.g, 1 is y.y, 2 is <g, D>, 3 is <y, D>, with D before and y after the base step.

// D before the base step. The package stores x only and divides x - x0 by sSum + eps, which shrinks D by sSum / (sSum + eps).
fn mechanicOffset(e: Element) -> vec4f {
  let stored = slot(e, SLOT_D);
  let sSum = scalarOld(e.row, SCALAR_sSum);
  let shrunk = select(vec4f(0.0), stored * (sSum / (sSum + hyper(e.row, HYPER_mechanicEps))), sSum > 0.0);
  return select(shrunk, stored, OPTION_storeDelta);
}

fn mechanicGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let y = baseUpdate(e, x, g);
  let offset = mechanicOffset(e);
  setSlot(e, SLOT_D, offset + (y - x));
  return Shares(g * g, y * y, g * offset, y * offset);
}

fn mechanicDecide(row: Row, sums: array<f32, SUMS>) {
  let eps = hyper(row, HYPER_mechanicEps);
  let pull = hyper(row, HYPER_sDecay) * scalarOld(row, SCALAR_sSum) * sqrt(sums[0]) / (sqrt(sums[1]) + eps);
  let h = sums[2] + pull * sums[3];
  var sSum = 0.0;
  for (var i = 0u; i < COUNT_betas; i++) {
    let beta = hyper(row, HYPER_betas + i);
    let m = max(beta * scalarOld(row, SCALAR_m + i), abs(h));
    let v = beta * beta * scalarOld(row, SCALAR_v + i) + h * h;
    let r = max(0.0, beta * scalarOld(row, SCALAR_r + i) - scalarOld(row, SCALAR_s + i) * h);
    let s = (m * derived(row, DERIVED_sInitOverN) + r) / (sqrt(v) + eps);
    setScalar(row, SCALAR_m + i, m);
    setScalar(row, SCALAR_v + i, v);
    setScalar(row, SCALAR_r + i, r);
    setScalar(row, SCALAR_s + i, s);
    sSum += s;
  }
  setScalar(row, SCALAR_h, h);
  setScalar(row, SCALAR_sSum, sSum);
}

fn mechanicApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  return slot(e, SLOT_x0) + max(scalarNew(e.row, SCALAR_sSum), 0.0) * slot(e, SLOT_D);
}
