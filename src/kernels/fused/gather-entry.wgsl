// First stage of a step with sums: slots, and every thread's share of each sum.
@compute @workgroup_size(64)
fn gatherEntry(@builtin(global_invocation_id) thread: vec3u) {
  if (thread.x >= shape.slices) {
    return;
  }
  let slice = sliceAt(thread.x, thread.y);
  if (!isChanging(slice.row)) {
    return;
  }
  var totals = Shares();
  for (var i = 0u; i < THREAD_VECTORS; i++) {
    let e = elementAt(slice, i);
    let shares = programGather(e, paramsBuffer[paramsAt(e)], gradient(e));
    for (var j = 0u; j < GATHERED; j++) {
      totals[j] += select(vec4f(0.0), shares[j], e.isReal);
    }
  }
  for (var j = 0u; j < GATHERED; j++) {
    partialsBuffer[partialAt(slice, j)] = lanesOf(totals[j]);
  }
}
