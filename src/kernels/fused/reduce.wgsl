// Deterministic reductions and tests for non-finite values, shared by all kernels. Needs MAX_COLUMN, the column that is a maximum of
// non-negative values, or the number of columns if there is none.

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

// Of one column at a time: what clears them is code, and on some adapters an instruction per element.
var<workgroup> laneValues: array<f32, LANES>;
var<workgroup> eighths: array<f32, 8u>;

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

// The values of 64 lanes as one, in every lane: 64 to 8 to 1, in a fixed order. Call from uniform control flow.
fn reduceLanes(lane: u32, column: u32, value: f32) -> f32 {
  laneValues[lane] = value;
  workgroupBarrier();
  if (lane < 8u) {
    var eighth = 0.0;
    for (var i = 0u; i < 8u; i++) {
      eighth = combine(column, eighth, laneValues[lane * 8u + i]);
    }
    eighths[lane] = eighth;
  }
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < 8u; i++) {
    total = combine(column, total, eighths[i]);
  }
  return total;
}
