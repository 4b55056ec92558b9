// SGD with momentum, the same step as sgd.ts. No sums: only apply is dispatched.

fn sgdStep(e: Element, x: vec4f, g: vec4f) -> vec4f {
  let row = e.row;
  let momentum = hyper(row, HYPER_momentum);
  let weightDecay = hyper(row, HYPER_weightDecay);
  let decayed = select(g + weightDecay * x, g, OPTION_decouple);
  var direction = decayed;
  // torch keeps no buffer at momentum 0, so neither dampening nor Nesterov acts there, and nothing of it is moved.
  if (!ZERO_momentum && momentum > 0.0) {
    // The first gradient fills the buffer, which is zero until then, undamped.
    let isFirst = table(row, TABLE_isFirst) != 0.0;
    let share = select(derived(row, DERIVED_oneMinusDampening), 1.0, isFirst);
    let bOld = slot(e, SLOT_b);
    let b = momentum * bOld + share * decayed;
    setSlot(e, SLOT_b, b);
    direction = select(b, decayed + momentum * b, OPTION_nesterov);
  }
  return L(row) * select(direction, direction + weightDecay * x, OPTION_decouple);
}

fn sgdApply(e: Element, x: vec4f, g: vec4f) -> vec4f {
  return x - sgdStep(e, x, g);
}
