// What every fused optimizer step stands on: bindings, indices, and the values an optimizer may read and write. The text before this one
// declares the program's constants (SLOT_, SCALAR_, HYPER_, DERIVED_, TABLE_, COUNT_, OPTION_) and the BlockShape, and holds reduce.wgsl;
// the text after it is the optimizer's own, then the entry points.
//
// One workgroup of 64 threads handles 256 elements, a group; tensors start at multiples of 256, so a group lies in one tensor.
// Nothing here chooses its order of arithmetic by the number of rows: a row's bits are the same alone and in company.

const GROUP_VECTORS = 64u;

@group(0) @binding(0) var<uniform> shape: BlockShape;
@group(0) @binding(1) var<storage, read_write> paramsBuffer: array<vec4f>; // (R, n / 4)
@group(0) @binding(2) var<storage, read_write> slotsBuffer: array<vec4f>; // (K, block rows, n / 4)
@group(0) @binding(3) var<storage, read_write> stateBuffer: array<u32>; // (R, stateStride), see row-state.ts
@group(0) @binding(4) var<storage, read> constantsBuffer: array<u32>; // see block-constants.ts
@group(0) @binding(5) var<storage, read_write> partialsBuffer: array<f32>; // (R, groups, partialStride)
@group(1) @binding(0) var<storage, read> gradsBuffer: array<vec4f>; // (R, n / 4)
@group(1) @binding(1) var<storage, read> objectiveBuffer: array<u32>; // (R) bit patterns

struct Row {
  index: u32, // in the block
  race: u32, // in the race
  state: u32, // first word in stateBuffer
  segment: u32, // 0, or the tensor when scalars are per tensor
}

struct Element {
  row: Row,
  vector: u32, // index of the vec4 in the row
  local: vec4u, // indices inside the flattened tensor
  isReal: vec4<bool>, // false for padding
}

alias Shares = array<vec4f, SUMS>;

// ---- what an optimizer's functions may call ----

fn hyper(row: Row, id: u32) -> f32 {
  return bitcast<f32>(constantsBuffer[shape.hyperAt + row.index * HYPER_WORDS + id]);
}

fn derived(row: Row, id: u32) -> f32 {
  return bitcast<f32>(constantsBuffer[shape.derivedAt + row.index * DERIVED_WORDS + id]);
}

// The row's own counter: steps made and not skipped.
fn k(row: Row) -> u32 {
  return stateBuffer[row.state + STATE_k];
}

// A tabulated function of k.
fn table(row: Row, id: u32) -> f32 {
  return bitcast<f32>(constantsBuffer[shape.tableAt + (row.index * shape.totalSteps + k(row)) * TABLE_WORDS + id]);
}

fn scheduleIndex(row: Row) -> u32 {
  return row.index * shape.totalSteps + min(stateBuffer[row.state + STATE_t], shape.totalSteps - 1u);
}

// lr x relative schedule multiplier of this race step.
fn L(row: Row) -> f32 {
  return bitcast<f32>(constantsBuffer[shape.learningRateAt + scheduleIndex(row)]);
}

// The relative schedule multiplier alone.
fn mult(row: Row) -> f32 {
  return bitcast<f32>(constantsBuffer[shape.multAt + scheduleIndex(row)]);
}

// The differentiated loss at x.
fn loss(row: Row) -> f32 {
  return bitcast<f32>(objectiveBuffer[row.race]);
}

fn scalarWord(row: Row, id: u32) -> u32 {
  return row.state + STATE_HEADER + id * shape.segments + row.segment;
}

// A scalar after the last step.
fn scalarOld(row: Row, id: u32) -> f32 {
  return bitcast<f32>(stateBuffer[scalarWord(row, id)]);
}

// A scalar as decide has left it; equal to the old one until it is set.
fn scalarNew(row: Row, id: u32) -> f32 {
  return bitcast<f32>(stateBuffer[scalarWord(row, id) + shape.scalarWords]);
}

fn setScalar(row: Row, id: u32, value: f32) {
  stateBuffer[scalarWord(row, id) + shape.scalarWords] = bitcast<u32>(value);
}

fn skip(row: Row) -> bool {
  return stateBuffer[row.state + STATE_skip] != 0u;
}

// The row's counter k will not advance; what else stays as it was is the optimizer's business.
fn setSkip(row: Row) {
  stateBuffer[row.state + STATE_skip] = 1u;
}

fn slotAt(e: Element, id: u32) -> u32 {
  return (id * shape.rows + e.row.index) * shape.vectors + e.vector;
}

fn slot(e: Element, id: u32) -> vec4f {
  return slotsBuffer[slotAt(e, id)];
}

// Padding stays zero.
fn setSlot(e: Element, id: u32, value: vec4f) {
  slotsBuffer[slotAt(e, id)] = select(vec4f(0.0), value, e.isReal);
}

// ---- indices ----

fn rowAt(index: u32, segment: u32) -> Row {
  let race = shape.firstRow + index;
  return Row(index, race, race * shape.stateStride, segment);
}

// Whether this step changes the row. Frozen rows and rows whose objective has just become NaN or infinite keep every bit.
fn isChanging(row: Row) -> bool {
  return stateBuffer[row.state + STATE_ended] == 0u && isFiniteBits(objectiveBuffer[row.race]);
}

// Dispatches wider than 65,535 groups continue in z.
fn groupAt(workgroup: vec3u, count: vec3u) -> u32 {
  return workgroup.x + workgroup.z * count.x;
}

fn elementAt(group: u32, rowIndex: u32, lane: u32) -> Element {
  let tensor = constantsBuffer[shape.groupTensorAt + group];
  let first = constantsBuffer[shape.tensorAt + tensor * 3u];
  let size = constantsBuffer[shape.tensorAt + tensor * 3u + 2u];
  let local = vec4u((group - first) * 256u + lane * 4u) + vec4u(0u, 1u, 2u, 3u);
  let row = rowAt(rowIndex, select(0u, tensor, IS_SEGMENTED));
  return Element(row, group * GROUP_VECTORS + lane, local, local < vec4u(size));
}

fn paramsAt(e: Element) -> u32 {
  return e.row.race * shape.vectors + e.vector;
}

fn gradient(e: Element) -> vec4f {
  return select(vec4f(0.0), gradsBuffer[paramsAt(e)], e.isReal);
}

fn partialAt(row: Row, group: u32, column: u32) -> u32 {
  return (row.race * shape.groups + group) * shape.partialStride + column;
}
