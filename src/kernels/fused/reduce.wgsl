// Deterministic reductions and tests for non-finite values, shared by all kernels. Needs COLUMNS (most columns reduced at once) and MAX_COLUMN
// (the column that is a maximum of non-negative values, or COLUMNS if there is none). The text after it says who reduces columns:
// reduce-alone.wgsl or reduce-together.wgsl.

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

// Columns of `vectors` vec4 in partialVectors, the first of them from `first`, one every `shape.slices`, are reduced in a fixed order, however
// many threads there are: 64 lanes take every 64th vec4, 8 neighbours of them are an eighth, and those are the whole.
fn eighthOf(column: u32, eighth: u32, first: u32, vectors: u32) -> f32 {
  let start = first + column * shape.slices / 4u;
  let firstLane = eighth * 8u;
  var total = 0.0;
  for (var lane = firstLane; lane < min(firstLane + 8u, vectors); lane++) {
    var sum = vec4f(0.0);
    for (var i = lane; i < vectors; i += LANES) {
      sum = combineVectors(column, sum, partialVectors[start + i]);
    }
    total = combine(column, total, combineLanes(column, sum));
  }
  return total;
}

// What reduceColumns has found, for the first thread of the workgroup.
var<private> totals: array<f32, COLUMNS>;

fn reduced(column: u32) -> f32 {
  return totals[column];
}
