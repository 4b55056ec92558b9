// Last stage: the new parameters, and every group's share of what `finish` reports about the step.
@compute @workgroup_size(64)
fn applyEntry(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) count: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = groupAt(workgroup, count);
  let isInside = group < shape.groups;
  let e = elementAt(min(group, shape.groups - 1u), workgroup.y, lane);
  let changes = isInside && isChanging(e.row);
  var squaredStep = 0.0;
  var broken = 0.0;
  if (changes) {
    let x = paramsBuffer[paramsAt(e)];
    let xNew = select(x, programApply(e, x, gradient(e)), e.isReal);
    paramsBuffer[paramsAt(e)] = xNew;
    let step = xNew - x;
    squaredStep = lanesOf(step * step);
    broken = lanesOf(brokenLanes(xNew));
  }
  putLane(lane, PARTIAL_squaredStep, squaredStep);
  putLane(lane, PARTIAL_broken, broken);
  reduceLanes(lane, 2u);
  if (changes && lane == 0u) {
    partialsBuffer[partialAt(e.row, group, PARTIAL_squaredStep)] = reduced(PARTIAL_squaredStep);
    partialsBuffer[partialAt(e.row, group, PARTIAL_broken)] = reduced(PARTIAL_broken);
  }
}
