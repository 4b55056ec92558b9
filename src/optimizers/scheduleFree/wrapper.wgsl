// Schedule-Free over a base optimizer, the same step as wrapper.ts. baseGather and baseDecide are the base's own, at z;
// baseStep is what it takes off z.

fn scheduleFreeDecay(e: Element, y: vec4f) -> vec4f {
  return (L(e.row) * hyper(e.row, HYPER_weightDecayAtY)) * y;
}

// z as the base finds it: decayed at y.
fn scheduleFreeBefore(e: Element, y: vec4f, gap: vec4f, decay: vec4f) -> vec4f {
  return y + hyper(e.row, HYPER_sfMomentum) * gap - decay;
}

fn scheduleFreeOverDecide(row: Row, sums: array<f32, SUMS>) {
  baseDecide(row, sums);
  scheduleFreeWeigh(row, L(row) * baseEstimate(row), table(row, TABLE_weight));
}

fn scheduleFreeOverApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let gap = slot(e, SLOT_gap);
  let decay = scheduleFreeDecay(e, x);
  let u = decay + baseStep(e, scheduleFreeBefore(e, x, gap, decay), g);
  let pull = hyper(e.row, HYPER_sfMomentum) * scalarNew(e.row, SCALAR_c);
  return scheduleFreeMove(e, x, gap, u, pull, derived(e.row, DERIVED_oneMinusBeta));
}

fn scheduleFreeOverPoint(e: Element, x: vec4f) -> vec4f {
  return x - derived(e.row, DERIVED_oneMinusBeta) * slot(e, SLOT_gap);
}
