// D-Adapt AdaGrad, the same step as dadaptAdagrad.ts. Sums: 0 is |s|_1, 1 is the change of the numerator, 2 is sum(g^2 / r), with the new s
// and r.

fn dadaptAdagradRoot(e: Element, root: vec4f) -> vec4f {
  return root + hyper(e.row, HYPER_eps);
}

fn dadaptAdagradGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let row = e.row;
  let dlr = scalarOld(row, SCALAR_d) * L(row);
  let gradient = g + hyper(row, HYPER_weightDecay) * x;
  let squared = gradient * gradient;
  let sOld = slot(e, SLOT_s);
  let sumOld = slot(e, SLOT_A);
  let sumNew = sumOld + squared;
  let s = sOld + dlr * gradient;
  setSlot(e, SLOT_A, sumNew);
  setSlot(e, SLOT_s, s);
  let root = sqrt(sumNew);
  let rootOld = sqrt(sumOld);
  let r = dadaptAdagradRoot(e, root);
  // s^2 / r_old - s^2 / r without a difference of nearly equal roots.
  let lost = sOld * sOld * squared / (root + rootOld) / dadaptAdagradRoot(e, rootOld);
  let gained = 2.0 * dlr * (gradient * sOld);
  return Shares(abs(s), (gained - lost) / r, squared / r);
}

fn dadaptAdagradDecide(row: Row, sums: array<f32, SUMS>) {
  let s1 = sums[0];
  if (s1 == 0.0) {
    setSkip(row);
    return;
  }
  let d = scalarOld(row, SCALAR_d);
  let dlr = d * L(row);
  let n = scalarOld(row, SCALAR_N) + sums[1];
  let dHat = n / s1;
  setScalar(row, SCALAR_N, n);
  setScalar(row, SCALAR_G, scalarOld(row, SCALAR_G) + dlr * dlr * sums[2]);
  setScalar(row, SCALAR_s1, s1);
  if (L(row) > 0.0) {
    setScalar(row, SCALAR_dHat, dHat);
    setScalar(row, SCALAR_d, dadaptGrown(d, dHat, hyper(row, HYPER_growthRate)));
  }
}

fn dadaptAdagradApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  if (skip(row)) {
    return x;
  }
  let z = slot(e, SLOT_x0) - slot(e, SLOT_s) / dadaptAdagradRoot(e, sqrt(slot(e, SLOT_A)));
  return hyper(row, HYPER_momentum) * x + derived(row, DERIVED_oneMinusMomentum) * z;
}
