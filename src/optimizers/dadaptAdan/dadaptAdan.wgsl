// D-Adapt Adan, the same step as dadaptAdan.ts. Sums: 0 is |s|_1, 1 is sum(s^2 / r), 2 is sum(g^2 / r), all with the new s and r.

// d L with the d that was known before this step; the whole step uses it.
fn dadaptAdanDlr(row: Row) -> f32 {
  return scalarOld(row, SCALAR_d) * L(row);
}

fn dadaptAdanRoot(e: Element) -> vec4f {
  return sqrt(slot(e, SLOT_v)) + hyper(e.row, HYPER_eps);
}

fn dadaptAdanGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let row = e.row;
  let beta2 = hyper(row, HYPER_beta2);
  let beta3 = hyper(row, HYPER_beta3);
  let isFirst = table(row, TABLE_isFirst) != 0.0;
  let difference = select(g - slot(e, SLOT_p), vec4f(0.0), isFirst);
  let ahead = g + beta2 * difference;
  let dlr = dadaptAdanDlr(row);
  let s = beta3 * slot(e, SLOT_s) + derived(row, DERIVED_oneMinusBeta3) * dlr * g;
  setSlot(e, SLOT_m, hyper(row, HYPER_beta1) * slot(e, SLOT_m) + derived(row, DERIVED_oneMinusBeta1) * (dlr * g));
  setSlot(e, SLOT_e, beta2 * slot(e, SLOT_e) + derived(row, DERIVED_oneMinusBeta2) * (dlr * difference));
  setSlot(e, SLOT_v, beta3 * slot(e, SLOT_v) + derived(row, DERIVED_oneMinusBeta3) * (ahead * ahead));
  setSlot(e, SLOT_s, s);
  setSlot(e, SLOT_p, g);
  let r = dadaptAdanRoot(e);
  return Shares(abs(s), s * s / r, g * g / r);
}

fn dadaptAdanDecide(row: Row, sums: array<f32, SUMS>) {
  let s1 = sums[0];
  if (s1 == 0.0) {
    setSkip(row);
    return;
  }
  let d = scalarOld(row, SCALAR_d);
  let dlr = dadaptAdanDlr(row);
  let oneMinusBeta3 = derived(row, DERIVED_oneMinusBeta3);
  let workDone = hyper(row, HYPER_beta3) * scalarOld(row, SCALAR_G) + oneMinusBeta3 * (dlr * dlr * sums[2]);
  let dHat = (sums[1] / oneMinusBeta3 - workDone) / s1;
  setScalar(row, SCALAR_G, workDone);
  setScalar(row, SCALAR_s1, s1);
  if (L(row) > 0.0) {
    setScalar(row, SCALAR_dHat, dHat);
    setScalar(row, SCALAR_d, dadaptGrown(d, dHat, hyper(row, HYPER_growthRate)));
  }
}

fn dadaptAdanApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  if (skip(row)) {
    return x;
  }
  let update = (slot(e, SLOT_m) + hyper(row, HYPER_beta2) * slot(e, SLOT_e)) / dadaptAdanRoot(e);
  let decay = dadaptAdanDlr(row) * hyper(row, HYPER_weightDecay);
  return select((x - update) / (1.0 + decay), x - decay * x - update, OPTION_noProx);
}
