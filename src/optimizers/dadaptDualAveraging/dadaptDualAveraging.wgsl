// Dual averaging with D-Adaptation, the same step as dadaptDualAveraging.ts. Sums: 0 is |g|^2, 1 is |s|^2 of the new s.

// The weight of this step's gradient and point.
fn dadaptDualAveragingWeight(row: Row) -> f32 {
  return scalarOld(row, SCALAR_d) * L(row);
}

fn dadaptDualAveragingGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  // A step with L = 0 leaves every buffer as it is; decide skips it.
  if (!(L(e.row) > 0.0)) {
    return Shares(vec4f(0.0), vec4f(0.0));
  }
  let s = slot(e, SLOT_s) + dadaptDualAveragingWeight(e.row) * g;
  setSlot(e, SLOT_s, s);
  return Shares(g * g, s * s);
}

fn dadaptDualAveragingDecide(row: Row, sums: array<f32, SUMS>) {
  let before = scalarOld(row, SCALAR_G2);
  let total = before + sums[0];
  if (total == 0.0 || !(L(row) > 0.0)) {
    setSkip(row);
    return;
  }
  let w = dadaptDualAveragingWeight(row);
  let gamma = 1.0 / sqrt(total);
  // The first step's old gamma is 1 / |g|, which is the new one.
  let gammaOld = select(scalarOld(row, SCALAR_gamma), gamma, before == 0.0);
  let q = scalarOld(row, SCALAR_Q) + gammaOld * (w * w) * sums[0];
  let s2 = sqrt(sums[1]);
  setScalar(row, SCALAR_G2, total);
  setScalar(row, SCALAR_gamma, gamma);
  setScalar(row, SCALAR_Q, q);
  setScalar(row, SCALAR_s2, s2);
  setScalar(row, SCALAR_W, scalarOld(row, SCALAR_W) + w);
  if (s2 == 0.0) {
    return;
  }
  let dHat = (gamma * sums[1] - q) / (2.0 * s2);
  setScalar(row, SCALAR_dHat, dHat);
  setScalar(row, SCALAR_d, max(scalarOld(row, SCALAR_d), dHat));
}

fn dadaptDualAveragingApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  if (skip(row)) {
    return x;
  }
  let average = slot(e, SLOT_xHat);
  let share = dadaptDualAveragingWeight(row) / scalarNew(row, SCALAR_W);
  setSlot(e, SLOT_xHat, average + share * (x - average));
  return slot(e, SLOT_x0) - scalarNew(row, SCALAR_gamma) * slot(e, SLOT_s);
}

fn dadaptDualAveragingPoint(e: Element, x: vec4f) -> vec4f {
  return slot(e, SLOT_xHat);
}
