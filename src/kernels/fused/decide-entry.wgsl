// Second stage: the sums, and from them the new scalars. One workgroup per (segment, row).
@compute @workgroup_size(64)
fn decideEntry(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = rowAt(workgroup.y, workgroup.x);
  let tensor = shape.tensorAt + row.segment * 3u;
  let firstGroup = select(0u, constantsBuffer[tensor], IS_SEGMENTED);
  let groupCount = select(shape.groups, constantsBuffer[tensor + 1u], IS_SEGMENTED);
  for (var j = 0u; j < GATHERED; j++) {
    var sum = 0.0;
    for (var group = lane; group < groupCount; group += LANES) {
      sum += partialsBuffer[partialAt(row, firstGroup + group, j)];
    }
    putLane(lane, j, sum);
  }
  reduceLanes(lane, GATHERED);
  if (lane == 0u && isChanging(row)) {
    var sums: array<f32, SUMS>;
    for (var j = 0u; j < GATHERED; j++) {
      sums[j] = reduced(j);
    }
    programDecide(row, sums);
  }
}
