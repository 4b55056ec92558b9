// Second stage: the sums, and from them the new scalars. One workgroup per (segment, row).
@compute @workgroup_size(REDUCERS)
fn decideEntry(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = rowAt(workgroup.y, workgroup.x, objectiveAt(workgroup.y));
  let tensor = shape.tensorAt + row.segment * 2u;
  let firstSlice = select(0u, constantsBuffer[tensor] * SPAN_THREADS, IS_SEGMENTED);
  let vectors = select(shape.slices, constantsBuffer[tensor + 1u] * SPAN_THREADS, IS_SEGMENTED) / 4u;
  reduceColumns(lane, GATHERED, (row.race * shape.partialColumns * shape.slices + firstSlice) / 4u, vectors);
  if (lane == 0u && isChanging(row)) {
    var sums: array<f32, SUMS>;
    for (var j = 0u; j < min(GATHERED, SUMS); j++) {
      sums[j] = reduced(j);
    }
    if (GATHERED > 0u && reduced(SUM_broken) > 0.0) {
      stateBuffer[row.state + STATE_broken] = 1u;
    }
    programDecide(row, sums);
  }
}
