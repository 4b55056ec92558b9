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
  for (var i = 0u; i < slice.vectors; i++) {
    let e = elementAt(slice, i);
    let shares = programGather(e, paramsBuffer[e.params], gradient(e));
    totals = addShares(totals, shares, e.isReal);
  }
  putShares(slice, totals);
}
