// Not part of a step: the point to evaluate, from the state after the last step. Dispatched only before an evaluation, and only for blocks
// whose program has a point of its own.
@group(1) @binding(0) var<storage, read_write> evalBuffer: array<vec4f>; // (R, n / 4)

fn evalAt(e: Element) {
  evalBuffer[e.params] = select(vec4f(0.0), programEvalPoint(e, paramsBuffer[e.params]), e.isReal);
}

@compute @workgroup_size(SLICE_THREADS)
fn evalEntry(@builtin(global_invocation_id) thread: vec3u) {
  if (thread.x >= shape.slices) {
    return;
  }
  let slice = sliceAt(thread.x, thread.y, NO_OBJECTIVE);
  for (var i = 0u; i < slice.vectors; i++) {
    evalAt(elementAt(slice, i));
  }
}
