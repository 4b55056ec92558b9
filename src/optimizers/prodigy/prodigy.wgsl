// Prodigy, the same step as prodigy.ts. Sums: 0 is <g, x0 - x>, 1 is |s|_1.

// The gradient as every part of the method sees it: with coupled decay it contains the decay.
fn prodigyGradient(e: Element, x: vec4f, g: vec4f) -> vec4f {
  return select(g + hyper(e.row, HYPER_weightDecay) * x, g, OPTION_decouple);
}

// d L and the bias correction, with the d that was known before this step.
fn prodigyDlr(row: Row) -> f32 {
  let bc = select(1.0, table(row, TABLE_bc), OPTION_useBiasCorrection);
  return scalarOld(row, SCALAR_d) * L(row) * bc;
}

// The gradient at the entries that the estimate looks at: 0, p, 2p, ... of each tensor.
fn prodigySampled(e: Element, gradient: vec4f) -> vec4f {
  if (OPTION_sliceP == 1u) {
    return gradient;
  }
  let isSampled = (e.local % vec4u(OPTION_sliceP)) == vec4u(0u);
  return select(vec4f(0.0), gradient, isSampled);
}

fn prodigyGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let row = e.row;
  // A step with L = 0 leaves every buffer as it is, and its |s|_1 counts as zero: decide then skips the step.
  if (!(L(row) > 0.0)) {
    return Shares(vec4f(0.0), vec4f(0.0));
  }
  let gradient = prodigyGradient(e, x, g);
  let d = scalarOld(row, SCALAR_d);
  let dlr = prodigyDlr(row);
  let dg = d * gradient;
  setSlot(e, SLOT_m, hyper(row, HYPER_beta1) * slot(e, SLOT_m) + derived(row, DERIVED_oneMinusBeta1) * dg);
  setSlot(e, SLOT_v, hyper(row, HYPER_beta2) * slot(e, SLOT_v) + derived(row, DERIVED_oneMinusBeta2) * (dg * dg));
  let c = select(dlr, d, OPTION_safeguardWarmup);
  let sampled = prodigySampled(e, gradient);
  let s = derived(row, DERIVED_beta3Used) * slot(e, SLOT_s) + (d / hyper(row, HYPER_d0) * c) * sampled;
  setSlot(e, SLOT_s, s);
  return Shares(sampled * slot(e, SLOT_p), abs(s));
}

fn prodigyDecide(row: Row, sums: array<f32, SUMS>) {
  let den = sums[1];
  if (den == 0.0) {
    setSkip(row);
    return;
  }
  setScalar(row, SCALAR_den, den);
  let d = scalarOld(row, SCALAR_d);
  let d0 = hyper(row, HYPER_d0);
  let delta = d * prodigyDlr(row) * sums[0];
  let n = derived(row, DERIVED_beta3Used) * scalarOld(row, SCALAR_N) + delta;
  let dHat = hyper(row, HYPER_dCoef) * n / (d0 * den);
  // The first move away from d0 is not limited by the growth rate.
  let dStart = select(d, max(d, dHat), d == d0);
  let dMax = max(scalarOld(row, SCALAR_dMax), dHat);
  setScalar(row, SCALAR_N, n);
  setScalar(row, SCALAR_dHat, dHat);
  setScalar(row, SCALAR_dMax, dMax);
  // min(dMax, dStart * growthRate), without overflow when the growth rate stands for infinity.
  let growthRate = hyper(row, HYPER_growthRate);
  setScalar(row, SCALAR_d, select(dStart * growthRate, dMax, growthRate >= dMax / dStart));
}

fn prodigyApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  if (skip(row)) {
    return x;
  }
  let dNew = scalarNew(row, SCALAR_d);
  let dlr = prodigyDlr(row);
  let denominator = sqrt(slot(e, SLOT_v)) + dNew * hyper(row, HYPER_eps);
  // Without a first moment the package scales the gradient by the new d. The slot holds it scaled by the old one.
  let numerator = select(1.0, dNew / scalarOld(row, SCALAR_d), hyper(row, HYPER_beta1) == 0.0) * slot(e, SLOT_m);
  let decay = select(vec4f(0.0), hyper(row, HYPER_weightDecay) * x, OPTION_decouple);
  let displacement = dlr * (decay + numerator / denominator);
  // p = x0 - x is its own buffer: subtracting nearby float32 numbers would leave it without correct digits early on.
  setSlot(e, SLOT_p, slot(e, SLOT_p) + displacement);
  return x - displacement;
}
