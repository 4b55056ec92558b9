// What every fused optimizer step stands on: bindings, indices, and the values an optimizer may read and write. The text before this one
// declares the program's constants (SLOT_, SCALAR_, HYPER_, ZERO_, DERIVED_, TABLE_, COUNT_, OPTION_) and the BlockShape, and holds
// reduce.wgsl; the text after it is the optimizer's own, then the entry points.
//
// A group is 256 elements; tensors start at multiples of 256. A span is some groups of one tensor, see spans.ts; 8 threads share it, each
// taking every eighth vec4, so that neighbours read neighbouring memory and what is looked up once per thread is spread over many elements.
// No kernel over elements has a barrier: each thread writes its own partial sums. Nothing here chooses its order of arithmetic by the number
// of rows: a row's bits are the same alone and in company.

@group(0) @binding(0) var<uniform> shape: BlockShape;
@group(0) @binding(1) var<storage, read_write> paramsBuffer: array<vec4f>; // (R, n / 4)
@group(0) @binding(2) var<storage, read_write> slotsBuffer: array<vec4f>; // (K, block rows, n / 4)
@group(0) @binding(3) var<storage, read_write> stateBuffer: array<u32>; // (R, stateStride), see row-state.ts
@group(0) @binding(4) var<storage, read> constantsBuffer: array<u32>; // see block-constants.ts
@group(0) @binding(5) var<storage, read_write> partialsBuffer: array<f32>; // (R, partialColumns, slices), written
@group(0) @binding(5) var<storage, read_write> partialVectors: array<vec4f>; // the same buffer, read by decide
@group(1) @binding(0) var<storage, read> gradsBuffer: array<vec4f>; // (R, n / 4)
@group(1) @binding(1) var<storage, read> objectiveBuffer: array<u32>; // (R) bit patterns

// Between steps there is none.
const NO_OBJECTIVE = 0u;
// Elements from one vec4 of a thread to its next.
const STRIDE = SPAN_THREADS * 4u;

struct Row {
  index: u32, // in the block
  race: u32, // in the race
  state: u32, // first word in stateBuffer
  segment: u32, // 0, or the tensor when scalars are per tensor
  k: u32,
  L: f32,
  mult: f32,
  objective: u32, // bit pattern
  isSkipped: bool, // as decide has left it
}

struct Element {
  row: Row,
  params: u32, // index of the vec4 in paramsBuffer and gradsBuffer
  slots: u32, // index of the vec4 in the first slot
  local: vec4u, // indices inside the flattened tensor
  isReal: vec4<bool>, // false for padding
}

alias Shares = array<vec4f, SUMS>;

// ---- what an optimizer's functions may call ----
// Constants are those of the thread's own row: every function is called with it.

fn hyper(row: Row, id: u32) -> f32 {
  return hyperValues[id];
}

fn derived(row: Row, id: u32) -> f32 {
  return derivedValues[id];
}

// The row's own counter: steps made and not skipped.
fn k(row: Row) -> u32 {
  return row.k;
}

// A tabulated function of k.
fn table(row: Row, id: u32) -> f32 {
  return tableValues[id];
}

// lr x relative schedule multiplier of this race step.
fn L(row: Row) -> f32 {
  return row.L;
}

// The relative schedule multiplier alone.
fn mult(row: Row) -> f32 {
  return row.mult;
}

// The differentiated loss at x.
fn loss(row: Row) -> f32 {
  return bitcast<f32>(row.objective);
}

fn scalarWord(row: Row, id: u32) -> u32 {
  return row.state + STATE_HEADER + id * shape.segments + row.segment;
}

// A scalar after the last step.
fn scalarOld(row: Row, id: u32) -> f32 {
  return oldScalars[id];
}

// A scalar as decide has left it; equal to the old one until it is set.
fn scalarNew(row: Row, id: u32) -> f32 {
  return newScalars[id];
}

// For decide only.
fn setScalar(row: Row, id: u32, value: f32) {
  newScalars[id] = value;
  if (!isFiniteBits(bitcast<u32>(value))) {
    stateBuffer[row.state + STATE_broken] = 1u;
  }
  stateBuffer[scalarWord(row, id) + shape.scalarWords] = bitcast<u32>(value);
}

fn skip(row: Row) -> bool {
  return row.isSkipped;
}

// The row's counter k will not advance; what else stays as it was is the optimizer's business.
fn setSkip(row: Row) {
  stateBuffer[row.state + STATE_skip] = 1u;
}

// For decide only: the method has no step here. The row ends, its parameters stay as they are; see StepOutput.fails.
fn setFailed(row: Row) {
  stateBuffer[row.state + STATE_failed] = 1u;
}

fn slotAt(e: Element, id: u32) -> u32 {
  return e.slots + id * shape.slotStride;
}

fn slot(e: Element, id: u32) -> vec4f {
  return slotsBuffer[slotAt(e, id)];
}

// For gather and apply. Padding stays zero.
fn setSlot(e: Element, id: u32, value: vec4f) {
  let kept = select(vec4f(0.0), value, e.isReal);
  slotsBuffer[slotAt(e, id)] = kept;
  slotSum += lanesOf(kept) * SLOT_SCALE;
}

// The sum of what this thread has written to slots: NaN or infinite if any of it was. It costs half as much as to look at the bits of every
// value. Scaled after four neighbours have been added, it takes only values for infinite that are within a factor of four of being so.
var<private> slotSum: f32;
const SLOT_SCALE = 0x1p-24f;

fn brokenSlots() -> f32 {
  return select(1.0, 0.0, isFiniteBits(bitcast<u32>(slotSum)));
}

// ---- indices ----

// The bits of what was differentiated, for kernels of a step.
fn objectiveAt(index: u32) -> u32 {
  return objectiveBuffer[shape.firstRow + index];
}

// Also loads the row's constants, once per thread.
fn rowAt(index: u32, segment: u32, objective: u32) -> Row {
  let race = shape.firstRow + index;
  let state = race * shape.stateStride;
  // After the last step there is no entry of schedule and table; nothing that is computed there depends on them.
  let counter = stateBuffer[state + STATE_k];
  let schedule = index * shape.totalSteps + min(stateBuffer[state + STATE_t], shape.totalSteps - 1u);
  loadConstants(
    shape.hyperAt + index * HYPER_WORDS,
    shape.derivedAt + index * DERIVED_WORDS,
    shape.tableAt + (index * shape.totalSteps + min(counter, shape.totalSteps - 1u)) * TABLE_WORDS,
  );
  loadScalars(state + STATE_HEADER + segment, shape.segments, shape.scalarWords);
  return Row(
    index,
    race,
    state,
    segment,
    counter,
    bitcast<f32>(constantsBuffer[shape.learningRateAt + schedule]),
    bitcast<f32>(constantsBuffer[shape.multAt + schedule]),
    objective,
    stateBuffer[state + STATE_skip] != 0u,
  );
}

// Whether this step changes the row. Frozen rows and rows whose objective has just become NaN or infinite keep every bit;
// rows that failed in decide keep their parameters.
fn isChanging(row: Row) -> bool {
  return stateBuffer[row.state + STATE_ended] == 0u && isFiniteBits(row.objective) && stateBuffer[row.state + STATE_failed] == 0u;
}

// What one thread works on: its share of one span, in one row.
struct Slice {
  row: Row,
  index: u32, // in the row
  vectors: u32, // how many vec4, the last one perhaps with padding; what is padding only is left alone
  params: u32, // its first vec4 in paramsBuffer and gradsBuffer
  slots: u32, // its first vec4 in the first slot
  local: u32, // index of its first element inside the tensor
  size: u32, // real elements of the tensor
}

fn sliceAt(index: u32, rowIndex: u32, objective: u32) -> Slice {
  let span = shape.spanAt + index / SPAN_THREADS * 5u;
  let thread = index % SPAN_THREADS;
  let row = rowAt(rowIndex, select(0u, constantsBuffer[span], IS_SEGMENTED), objective);
  let vector = constantsBuffer[span + 1u] * (SPAN_THREADS * THREAD_VECTORS) + thread;
  let most = constantsBuffer[span + 2u] * THREAD_VECTORS;
  let local = constantsBuffer[span + 3u] + thread * 4u;
  let size = constantsBuffer[span + 4u];
  let left = max(size, local) - local;
  return Slice(
    row,
    index,
    min(most, (left + STRIDE - 1u) / STRIDE),
    row.race * shape.vectors + vector,
    row.index * shape.vectors + vector,
    local,
    size,
  );
}

fn elementAt(slice: Slice, i: u32) -> Element {
  let at = i * SPAN_THREADS;
  let local = vec4u(slice.local + i * STRIDE) + vec4u(0u, 1u, 2u, 3u);
  return Element(slice.row, slice.params + at, slice.slots + at, local, local < vec4u(slice.size));
}

fn gradient(e: Element) -> vec4f {
  return select(vec4f(0.0), gradsBuffer[e.params], e.isReal);
}

fn partialAt(slice: Slice, column: u32) -> u32 {
  return (slice.row.race * shape.partialColumns + column) * shape.slices + slice.index;
}
