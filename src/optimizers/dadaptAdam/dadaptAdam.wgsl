// D-Adapt Adam, the same step as dadaptAdam.ts. Sums: 0 is <g, s / (sqrt(v) + eps)> with the old s and v, 1 is |s|_1 of the new s.

// The gradient as every part of the method sees it: with coupled decay it contains the decay.
fn dadaptAdamGradient(e: Element, x: vec4f, g: vec4f) -> vec4f {
  return select(g + hyper(e.row, HYPER_weightDecay) * x, g, OPTION_decouple);
}

// d L and the bias correction, with the d that was known before this step.
fn dadaptAdamDlr(row: Row) -> f32 {
  let bc = select(1.0, table(row, TABLE_bc), OPTION_useBiasCorrection);
  return scalarOld(row, SCALAR_d) * L(row) * bc;
}

fn dadaptAdamGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let row = e.row;
  // A step with L = 0 leaves every buffer as it is, and its |s|_1 counts as zero: decide then skips the step.
  if (!(L(row) > 0.0)) {
    return Shares(vec4f(0.0), vec4f(0.0));
  }
  let gradient = dadaptAdamGradient(e, x, g);
  let dg = dadaptAdamDlr(row) * gradient;
  let vOld = slot(e, SLOT_v);
  let sOld = slot(e, SLOT_s);
  let s = derived(row, DERIVED_q) * sOld + derived(row, DERIVED_oneMinusQ) * dg;
  setSlot(e, SLOT_m, hyper(row, HYPER_beta1) * slot(e, SLOT_m) + derived(row, DERIVED_oneMinusBeta1) * dg);
  setSlot(e, SLOT_v, hyper(row, HYPER_beta2) * vOld + derived(row, DERIVED_oneMinusBeta2) * (gradient * gradient));
  setSlot(e, SLOT_s, s);
  return Shares(gradient * (sOld / (sqrt(vOld) + hyper(row, HYPER_eps))), abs(s));
}

fn dadaptAdamDecide(row: Row, sums: array<f32, SUMS>) {
  let s1 = sums[1];
  if (s1 == 0.0) {
    setSkip(row);
    return;
  }
  let share = derived(row, DERIVED_oneMinusQ) * dadaptAdamDlr(row) * sums[0];
  let n = derived(row, DERIVED_q) * scalarOld(row, SCALAR_N) + share;
  let dHat = n / s1 / derived(row, DERIVED_oneMinusQ);
  setScalar(row, SCALAR_N, n);
  setScalar(row, SCALAR_s1, s1);
  setScalar(row, SCALAR_dHat, dHat);
  setScalar(row, SCALAR_d, dadaptGrown(scalarOld(row, SCALAR_d), dHat, hyper(row, HYPER_growthRate)));
}

fn dadaptAdamApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  if (skip(row)) {
    return x;
  }
  // No factor L here: it is inside m already.
  let step = slot(e, SLOT_m) / (sqrt(slot(e, SLOT_v)) + hyper(row, HYPER_eps));
  let decay = dadaptAdamDlr(row) * hyper(row, HYPER_weightDecay) * x;
  return x - step - select(vec4f(0.0), decay, OPTION_decouple);
}
