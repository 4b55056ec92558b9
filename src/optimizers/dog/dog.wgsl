// DoG and L-DoG, the same step as dog.ts; a row is a run in DoG and one tensor of it in L-DoG.
// Sums: 0 is |x0|^2 on the first step and |x0 - x|^2 on all later ones, 1 is |g|^2.

// Coupled decay: the sum of squared gradients contains it too.
fn dogGradient(e: Element, x: vec4f, g: vec4f) -> vec4f {
  return g + hyper(e.row, HYPER_weightDecay) * x;
}

fn dogGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let gradient = dogGradient(e, x, g);
  let far = select(slot(e, SLOT_p), x, k(e.row) == 0u);
  return Shares(far * far, gradient * gradient);
}

fn dogDecide(row: Row, sums: array<f32, SUMS>) {
  let far = sqrt(sums[0]);
  let rbar = select(max(scalarOld(row, SCALAR_rbar), far), table(row, TABLE_reps) * (1.0 + far), k(row) == 0u);
  let G = scalarOld(row, SCALAR_G) + sums[1];
  setScalar(row, SCALAR_rbar, rbar);
  setScalar(row, SCALAR_G, G);
  setScalar(row, SCALAR_eta, L(row) * rbar / sqrt(G) + table(row, TABLE_eta0));
}

fn dogApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let displacement = scalarNew(e.row, SCALAR_eta) * dogGradient(e, x, g);
  let p = slot(e, SLOT_p) + displacement;
  let pBar = slot(e, SLOT_pBar);
  setSlot(e, SLOT_p, p);
  setSlot(e, SLOT_pBar, pBar + table(e.row, TABLE_w) * (p - pBar));
  return x - displacement;
}

fn dogAverage(e: Element, x: vec4f) -> vec4f {
  return x + (slot(e, SLOT_p) - slot(e, SLOT_pBar));
}
