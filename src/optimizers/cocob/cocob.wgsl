// COCOB, the same step as cocob.ts. Sums: 0 is of R, 1 of L, 2 of G, all after the step.

struct CocobState {
  L: vec4f,
  G: vec4f,
  R: vec4f,
  theta: vec4f,
}

// As the slots hold it: before the step in gather, after it in apply.
fn cocobStored(e: Element) -> CocobState {
  return CocobState(slot(e, SLOT_L), slot(e, SLOT_G), slot(e, SLOT_R), slot(e, SLOT_theta));
}

// x - x0; in this order no intermediate result is larger than R + L, G + L, alpha L or the displacement.
fn cocobDisplacement(row: Row, state: CocobState) -> vec4f {
  let bound = max(state.G + state.L, hyper(row, HYPER_alpha) * state.L);
  return state.theta / bound * ((state.R + state.L) / state.L);
}

fn cocobNew(row: Row, old: CocobState, x: vec4f, raw: vec4f) -> CocobState {
  let g = mult(row) * (raw + hyper(row, HYPER_weightDecay) * x);
  let reward = max(vec4f(0.0), old.R - g * cocobDisplacement(row, old));
  return CocobState(max(old.L, abs(g)), old.G + abs(g), reward, old.theta - g);
}

fn cocobGather(e: Element, x: vec4f, g: vec4f) -> Shares {
  let state = cocobNew(e.row, cocobStored(e), x, g);
  setSlot(e, SLOT_L, state.L);
  setSlot(e, SLOT_G, state.G);
  setSlot(e, SLOT_R, state.R);
  setSlot(e, SLOT_theta, state.theta);
  return Shares(state.R, state.L, state.G);
}

fn cocobDecide(row: Row, sums: array<f32, SUMS>) {
  setScalar(row, SCALAR_sumR, sums[0]);
  setScalar(row, SCALAR_sumL, sums[1]);
  setScalar(row, SCALAR_sumG, sums[2]);
  setScalar(row, SCALAR_wealth, sums[0] / sums[1] + 1.0);
}

fn cocobApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  return slot(e, SLOT_x0) + cocobDisplacement(e.row, cocobStored(e));
}
