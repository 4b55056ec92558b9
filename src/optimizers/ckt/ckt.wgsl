// cKT, the same step as ckt.ts. Sums: 0 is of R, 1 of n, both after the step; 2 counts the coordinates whose gradient is beyond 1.

struct CktState {
  R: vec4f,
  n: vec4f,
  theta: vec4f,
}

// As the slots hold it: before the step in gather, after it in apply.
fn cktStored(e: Element) -> CktState {
  return CktState(slot(e, SLOT_R), slot(e, SLOT_n), slot(e, SLOT_theta));
}

// x - x0.
fn cktDisplacement(state: CktState) -> vec4f {
  return state.theta * (state.R / state.n);
}

fn cktGradient(row: Row, x: vec4f, raw: vec4f) -> vec4f {
  return mult(row) * (raw + hyper(row, HYPER_weightDecay) * x);
}

fn cktNew(old: CktState, g: vec4f) -> CktState {
  return CktState(old.R - g * cktDisplacement(old), old.n + abs(sign(g)), old.theta - g);
}

fn cktGather(e: Element, x: vec4f, raw: vec4f) -> Shares {
  let g = cktGradient(e.row, x, raw);
  let state = cktNew(cktStored(e), g);
  setSlot(e, SLOT_R, state.R);
  setSlot(e, SLOT_n, state.n);
  setSlot(e, SLOT_theta, state.theta);
  return Shares(state.R, state.n, select(vec4f(0.0), vec4f(1.0), abs(g) > vec4f(1.0)));
}

fn cktDecide(row: Row, sums: array<f32, SUMS>) {
  setScalar(row, SCALAR_sumR, sums[0]);
  setScalar(row, SCALAR_sumN, sums[1]);
  setScalar(row, SCALAR_outside, max(scalarOld(row, SCALAR_outside), sums[2]));
}

fn cktApply(e: Element, x: vec4f, raw: vec4f) -> vec4f {
  return slot(e, SLOT_x0) + cktDisplacement(cktStored(e));
}
