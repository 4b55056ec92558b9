// The average of Schedule-Free methods, the same as averaging.ts.

// base^exponent for a base from 0 to 1. The built-in is exp2(exponent * log2(base)): not exact at 1, and not defined at 0.
fn scheduleFreePow(base: f32, exponent: f32) -> f32 {
  if (exponent == 0.0 || base == 1.0) {
    return 1.0;
  }
  if (base <= 0.0) {
    return 0.0;
  }
  return pow(base, exponent);
}

fn scheduleFreeWeigh(row: Row, rate: f32, weight: f32) {
  let power = hyper(row, HYPER_weightLrPower);
  let before = scalarOld(row, SCALAR_lrMax);
  let lrMax = max(before, rate);
  setScalar(row, SCALAR_lrMax, lrMax);
  // 0^0 = 1: with power 0 steps of size 0 weigh as much as any.
  if (!(lrMax > 0.0) && power != 0.0) {
    setScalar(row, SCALAR_c, 0.0);
    setScalar(row, SCALAR_kept, 1.0);
    return;
  }
  let ratio = max(before, 0.0) / select(1.0, lrMax, lrMax > 0.0);
  let sumBefore = scalarOld(row, SCALAR_sumW) * scheduleFreePow(ratio, power);
  let sumW = sumBefore + weight;
  setScalar(row, SCALAR_sumW, sumW);
  setScalar(row, SCALAR_c, weight / sumW);
  setScalar(row, SCALAR_kept, sumBefore / sumW);
}

// y after z has moved by -u, with the new gap stored. pull is the share of the gap that y gains; the gap is handed in, so that it is read once.
fn scheduleFreeMove(e: Element, y: vec4f, gap: vec4f, u: vec4f, pull: f32, oneMinusBeta: f32) -> vec4f {
  let kept = scalarNew(e.row, SCALAR_kept);
  setSlot(e, SLOT_gap, kept * (gap - u));
  return y + pull * gap - (scalarNew(e.row, SCALAR_c) + kept * oneMinusBeta) * u;
}
