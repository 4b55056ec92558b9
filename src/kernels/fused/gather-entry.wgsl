// First stage of a step with sums: slots, and every group's share of each sum.
@compute @workgroup_size(64)
fn gatherEntry(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) count: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = groupAt(workgroup, count);
  let isInside = group < shape.groups;
  let e = elementAt(min(group, shape.groups - 1u), workgroup.y, lane);
  let changes = isInside && isChanging(e.row);
  var shares = Shares();
  if (changes) {
    shares = programGather(e, paramsBuffer[paramsAt(e)], gradient(e));
  }
  for (var j = 0u; j < GATHERED; j++) {
    putLane(lane, j, lanesOf(select(vec4f(0.0), shares[j], e.isReal)));
  }
  reduceLanes(lane, GATHERED);
  if (changes && lane == 0u) {
    for (var j = 0u; j < GATHERED; j++) {
      partialsBuffer[partialAt(e.row, group, j)] = reduced(j);
    }
  }
}
