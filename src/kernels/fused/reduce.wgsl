// Deterministic reductions and tests for non-finite values, shared by all kernels. Needs REDUCED (most columns reduced at once) and
// MAX_COLUMN (the column that is a maximum of non-negative values, or REDUCED if there is none).

const EXPONENT_BITS = 0x7f800000u;
const LANES = 64u;
// Threads that share a span, and vec4 that each of them takes of every group of 256 elements.
const SPAN_THREADS = 8u;
const THREAD_VECTORS = 8u;
// Columns of `partials`, in the order they are written: gather's sums first, then over them these.
const PARTIAL_squaredStep = 0u;
const PARTIAL_broken = 1u;
const PARTIAL_brokenSlots = 2u;
const PARTIAL_movedMax = 3u;
const PARTIAL_moved2 = 4u;

var<workgroup> laneValues: array<f32, LANES * REDUCED>;
var<workgroup> eighths: array<f32, 8u * REDUCED>;

// Shaders may be compiled as if NaN and infinity did not exist, so their bit patterns are what is looked at.
fn isFiniteBits(bits: u32) -> bool {
  return (bits & EXPONENT_BITS) != EXPONENT_BITS;
}

// The largest there are, EXPONENT_BITS, are those of NaN and infinity.
fn exponentBits(v: vec4f) -> vec4u {
  return bitcast<vec4u>(v) & vec4u(EXPONENT_BITS);
}

fn lanesOf(v: vec4f) -> f32 {
  return (v.x + v.y) + (v.z + v.w);
}

fn combineLanes(column: u32, v: vec4f) -> f32 {
  return combine(column, combine(column, v.x, v.y), combine(column, v.z, v.w));
}

fn combineVectors(column: u32, a: vec4f, b: vec4f) -> vec4f {
  return select(a + b, max(a, b), column == MAX_COLUMN);
}

fn combine(column: u32, a: f32, b: f32) -> f32 {
  return select(a + b, max(a, b), column == MAX_COLUMN);
}

fn putLane(lane: u32, column: u32, value: f32) {
  laneValues[column * LANES + lane] = value;
}

// 64 lanes to 8, in a fixed order. Call from uniform control flow, after every lane has put its values.
fn reduceLanes(lane: u32, columns: u32) {
  workgroupBarrier();
  if (lane < 8u) {
    for (var column = 0u; column < columns; column++) {
      var total = 0.0;
      for (var i = 0u; i < 8u; i++) {
        total = combine(column, total, laneValues[column * LANES + lane * 8u + i]);
      }
      eighths[column * 8u + lane] = total;
    }
  }
  workgroupBarrier();
}

// 8 to 1.
fn reduced(column: u32) -> f32 {
  var total = 0.0;
  for (var i = 0u; i < 8u; i++) {
    total = combine(column, total, eighths[column * 8u + i]);
  }
  return total;
}
