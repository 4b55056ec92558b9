// Last stage: the new parameters, and every thread's share of what `finish` reports about the step.
struct StepReport {
  squaredStep: vec4f,
  exponents: vec4u,
}

fn applyAt(e: Element, before: StepReport) -> StepReport {
  let x = paramsBuffer[e.params];
  let xNew = select(x, programApply(e, x, gradient(e)), e.isReal);
  paramsBuffer[e.params] = xNew;
  let step = xNew - x;
  return StepReport(before.squaredStep + step * step, max(before.exponents, exponentBits(xNew)));
}

@compute @workgroup_size(SLICE_THREADS)
fn applyEntry(@builtin(global_invocation_id) thread: vec3u) {
  if (thread.x >= shape.slices) {
    return;
  }
  let slice = sliceAt(thread.x, thread.y, objectiveAt(thread.y));
  if (!isChanging(slice.row)) {
    return;
  }
  var report = StepReport(vec4f(0.0), vec4u(0u));
  for (var i = 0u; i < slice.vectors; i++) {
    report = applyAt(elementAt(slice, i), report);
  }
  partialsBuffer[partialAt(slice, PARTIAL_squaredStep)] = lanesOf(report.squaredStep);
  partialsBuffer[partialAt(slice, PARTIAL_broken)] = select(0.0, 1.0, any(report.exponents == vec4u(EXPONENT_BITS)));
  partialsBuffer[partialAt(slice, PARTIAL_brokenSlots)] = brokenSlots();
}
