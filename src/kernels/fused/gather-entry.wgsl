// First stage of a step with sums: slots, and every thread's share of each sum.
fn gatherAt(e: Element, before: Shares) -> Shares {
  return addShares(before, programGather(e, paramsBuffer[e.params], gradient(e)), e.isReal);
}

@compute @workgroup_size(SLICE_THREADS)
fn gatherEntry(@builtin(global_invocation_id) thread: vec3u) {
  if (thread.x >= shape.slices) {
    return;
  }
  let slice = sliceAt(thread.x, thread.y, objectiveAt(thread.y));
  if (!isChanging(slice.row)) {
    return;
  }
  var totals = Shares();
  for (var i = 0u; i < slice.vectors; i++) {
    totals = gatherAt(elementAt(slice, i), totals);
  }
  putShares(slice, totals);
  partialsBuffer[partialAt(slice, SUM_broken)] = brokenSlots();
}
