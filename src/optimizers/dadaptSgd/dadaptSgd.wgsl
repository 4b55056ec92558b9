// D-Adapt SGD, the same step as dadaptSgd.ts. Sums on the first step, where s is 0: 0 is |g|^2, 1 is |g + weightDecay x|^2.
// Later: 0 is <g + weightDecay x, s> with the old s, 1 is |s|^2 of the new s. The first step cannot know its new s before |g| is known, but
// s starts at 0, so that its norm is that of the gradient times the step.

fn dadaptSgdGradient(e: Element, x: vec4f, g: vec4f) -> vec4f {
  return g + hyper(e.row, HYPER_weightDecay) * x;
}

// The new s. Written in apply only: where the method has no step, s stays as it was.
fn dadaptSgdSum(e: Element, x: vec4f, g: vec4f, g0Norm: f32) -> vec4f {
  let dlr = scalarOld(e.row, SCALAR_d) * L(e.row) / g0Norm;
  return slot(e, SLOT_s) + dlr * dadaptSgdGradient(e, x, g);
}

fn dadaptSgdGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let row = e.row;
  let gradient = dadaptSgdGradient(e, x, g);
  if (table(row, TABLE_isFirst) != 0.0) {
    return Shares(g * g, gradient * gradient);
  }
  let s = dadaptSgdSum(e, x, g, scalarOld(row, SCALAR_g0Norm));
  return Shares(gradient * slot(e, SLOT_s), s * s);
}

fn dadaptSgdDecide(row: Row, sums: array<f32, SUMS>) {
  let isFirst = table(row, TABLE_isFirst) != 0.0;
  let g0Norm = select(scalarOld(row, SCALAR_g0Norm), sqrt(sums[0]), isFirst);
  if (g0Norm == 0.0) {
    setFailed(row);
    return;
  }
  let d = scalarOld(row, SCALAR_d);
  let dlr = d * L(row) / g0Norm;
  let s2 = sqrt(sums[1]) * select(1.0, dlr, isFirst);
  if (s2 == 0.0) {
    setFailed(row);
    return;
  }
  let n = scalarOld(row, SCALAR_N) + dlr * select(sums[0], 0.0, isFirst);
  let dHat = 2.0 * n / s2;
  setScalar(row, SCALAR_g0Norm, g0Norm);
  setScalar(row, SCALAR_N, n);
  setScalar(row, SCALAR_s2, s2);
  setScalar(row, SCALAR_dHat, dHat);
  setScalar(row, SCALAR_d, dadaptGrown(d, dHat, hyper(row, HYPER_growthRate)));
}

fn dadaptSgdApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let s = dadaptSgdSum(e, x, g, scalarNew(row, SCALAR_g0Norm));
  setSlot(e, SLOT_s, s);
  return hyper(row, HYPER_momentum) * x + derived(row, DERIVED_oneMinusMomentum) * (slot(e, SLOT_x0) - s);
}
