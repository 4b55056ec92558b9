// D-Adapt Lion, the same step as dadaptLion.ts. Sums: 0 is <u, s> with the old s, 1 is |s|_1 of the new s.

// d L with the d that was known before this step; the whole step uses it.
fn dadaptLionDlr(row: Row) -> f32 {
  return scalarOld(row, SCALAR_d) * L(row);
}

// The direction, from the old m: m is written in apply, after its last use.
fn dadaptLionDirection(e: Element, g: vec4f) -> vec4f {
  return sign(hyper(e.row, HYPER_beta1) * slot(e, SLOT_m) + derived(e.row, DERIVED_oneMinusBeta1) * g);
}

fn dadaptLionGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let row = e.row;
  let u = dadaptLionDirection(e, g);
  let sOld = slot(e, SLOT_s);
  let s = derived(row, DERIVED_q) * sOld + derived(row, DERIVED_oneMinusQ) * dadaptLionDlr(row) * u;
  setSlot(e, SLOT_s, s);
  return Shares(u * sOld, abs(s));
}

fn dadaptLionDecide(row: Row, sums: array<f32, SUMS>) {
  let s1 = sums[1];
  // No progress yet: the counter and the estimate stay, but parameters and buffers move all the same.
  if (s1 == 0.0) {
    setSkip(row);
    return;
  }
  let share = derived(row, DERIVED_oneMinusQ) * dadaptLionDlr(row) * sums[0];
  let n = derived(row, DERIVED_q) * scalarOld(row, SCALAR_N) + share;
  let dHat = n / s1 / derived(row, DERIVED_oneMinusQ);
  setScalar(row, SCALAR_N, n);
  setScalar(row, SCALAR_s1, s1);
  setScalar(row, SCALAR_dHat, dHat);
  setScalar(row, SCALAR_d, max(scalarOld(row, SCALAR_d), dHat));
}

fn dadaptLionApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let dlr = dadaptLionDlr(row);
  let u = dadaptLionDirection(e, g);
  setSlot(e, SLOT_m, hyper(row, HYPER_beta2) * slot(e, SLOT_m) + derived(row, DERIVED_oneMinusBeta2) * (dlr * g));
  return x - dlr * (hyper(row, HYPER_weightDecay) * x + u);
}
