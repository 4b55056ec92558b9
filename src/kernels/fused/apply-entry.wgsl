// Last stage: the new parameters, and every thread's share of what `finish` reports about the step.
@compute @workgroup_size(64)
fn applyEntry(@builtin(global_invocation_id) thread: vec3u) {
  if (thread.x >= shape.slices) {
    return;
  }
  let slice = sliceAt(thread.x, thread.y);
  if (!isChanging(slice.row)) {
    return;
  }
  var squaredStep = vec4f(0.0);
  var broken = vec4f(0.0);
  for (var i = 0u; i < slice.vectors; i++) {
    let e = elementAt(slice, i);
    let x = paramsBuffer[e.params];
    let xNew = select(x, programApply(e, x, gradient(e)), e.isReal);
    paramsBuffer[e.params] = xNew;
    let step = xNew - x;
    squaredStep += step * step;
    broken += brokenLanes(xNew);
  }
  partialsBuffer[partialAt(slice, PARTIAL_squaredStep)] = lanesOf(squaredStep);
  partialsBuffer[partialAt(slice, PARTIAL_broken)] = lanesOf(broken);
}
