// What happens once per step for the whole race, whatever its optimizers: `observe` measures how far the parameters are from where they
// started (at observed steps only), `finish` closes the step of every row and writes its sample.

@group(0) @binding(0) var<uniform> shape: RaceShape;
@group(0) @binding(1) var<storage, read> paramsBuffer: array<vec4f>; // (R, n / 4)
@group(0) @binding(2) var<storage, read> startBuffer: array<vec4f>; // (R, n / 4) initial parameters
@group(0) @binding(3) var<storage, read_write> stateBuffer: array<u32>; // (R, stateStride), see row-state.ts
@group(0) @binding(4) var<storage, read_write> partialsBuffer: array<f32>; // (R, partialColumns, slices), written by observe
@group(0) @binding(4) var<storage, read_write> partialVectors: array<vec4f>; // the same buffer, read by finish
@group(0) @binding(5) var<storage, read_write> ringBuffer: array<u32>; // (capacity, R, width) bit patterns: samples hold NaN where there is nothing to say
@group(1) @binding(1) var<storage, read> objectiveBuffer: array<u32>; // (R) bit patterns
@group(1) @binding(2) var<storage, read> lossBuffer: array<u32>; // (R) bit patterns

const NAN_BITS = 0x7fc00000u;

@compute @workgroup_size(SLICE_THREADS)
fn observe(@builtin(global_invocation_id) thread: vec3u) {
  let slice = thread.x;
  if (slice >= shape.slices) {
    return;
  }
  let row = thread.y;
  var movedMax = vec4f(0.0);
  var moved2 = vec4f(0.0);
  for (var i = slice; i < shape.vectors; i += shape.slices) {
    let at = row * shape.vectors + i;
    let moved = paramsBuffer[at] - startBuffer[at];
    movedMax = max(movedMax, abs(moved));
    moved2 += moved * moved;
  }
  let column = row * shape.partialColumns;
  partialsBuffer[(column + PARTIAL_movedMax) * shape.slices + slice] = combineLanes(PARTIAL_movedMax, movedMax);
  partialsBuffer[(column + PARTIAL_moved2) * shape.slices + slice] = lanesOf(moved2);
}

// One workgroup per row.
@compute @workgroup_size(REDUCERS)
fn finish(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = workgroup.x;
  let state = row * shape.stateStride;
  let t = stateBuffer[state + STATE_t];
  let wasRunning = stateBuffer[state + STATE_ended] == 0u;
  let hasObjective = isFiniteBits(objectiveBuffer[row]);
  let hasChanged = wasRunning && hasObjective && stateBuffer[state + STATE_failed] == 0u;
  let isObserved = t % shape.observeEvery == 0u || t + 1u == shape.totalSteps;

  // Displacements are there only when they have been measured.
  reduceColumns(lane, select(PARTIAL_movedMax, COLUMNS, isObserved), row * shape.partialColumns * shape.slices / 4u, shape.slices / 4u);

  // The sample, and the new scalars become the old ones.
  let scalars = stateBuffer[state + STATE_scalars];
  let sample = ((t % shape.capacity) * shape.rows + row) * shape.width;
  for (var i = lane; i < shape.scalarWords; i += REDUCERS) {
    let bits = stateBuffer[state + STATE_HEADER + shape.scalarWords + i];
    stateBuffer[state + STATE_HEADER + i] = bits;
    ringBuffer[sample + SAMPLE_COLUMNS + i] = select(NAN_BITS, bits, wasRunning && i < scalars);
  }
  // Whatever is read of the row has been before it is written.
  meet();
  if (lane != 0u) {
    return;
  }
  let hasBroken = hasChanged && reduced(PARTIAL_broken) > 0.0;
  let squaredStep = select(0.0, reduced(PARTIAL_squaredStep), hasChanged);
  ringBuffer[sample + SAMPLE_loss] = select(NAN_BITS, lossBuffer[row], wasRunning);
  ringBuffer[sample + SAMPLE_rmsStep] = select(NAN_BITS, bitcast<u32>(sqrt(squaredStep / f32(shape.size))), wasRunning);
  // A maximum may swallow NaN, so that of a row that has just broken is not believed.
  ringBuffer[sample + SAMPLE_movedMax] = select(NAN_BITS, bitcast<u32>(reduced(PARTIAL_movedMax)), wasRunning && isObserved && !hasBroken);
  ringBuffer[sample + SAMPLE_moved2] = select(NAN_BITS, bitcast<u32>(sqrt(reduced(PARTIAL_moved2))), wasRunning && isObserved);

  if (wasRunning) {
    if (hasChanged && stateBuffer[state + STATE_skip] == 0u) {
      stateBuffer[state + STATE_k]++;
    }
    stateBuffer[state + STATE_skip] = 0u;
    let hasBrokenState = stateBuffer[state + STATE_broken] != 0u || reduced(PARTIAL_brokenSlots) > 0.0;
    let hasDiverged = !hasChanged || hasBroken || hasBrokenState;
    if (hasDiverged) {
      let ofStep = select(select(CAUSE_state, CAUSE_parameters, hasBroken), CAUSE_method, !hasChanged);
      stateBuffer[state + STATE_divergedAt] = t;
      stateBuffer[state + STATE_cause] = select(CAUSE_loss, ofStep, hasObjective);
    }
    if (hasDiverged || t + 1u >= stateBuffer[state + STATE_horizonSteps]) {
      stateBuffer[state + STATE_ended] = 1u;
    }
  }
  stateBuffer[state + STATE_t] = t + 1u;
}
