// Element-wise functions that WGSL lacks, or for which it promises too little accuracy or no NaN and infinity. Written for vec4f; the text
// for f32 is derived from it (see math-functions.ts). NaN and infinity are told by their bits: compilers may assume that neither occurs.

fn isNaNVec4(x: vec4f) -> vec4<bool> {
  return (bitcast<vec4u>(x) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u);
}

fn isFiniteVec4(x: vec4f) -> vec4<bool> {
  return (bitcast<vec4u>(x) & vec4u(0x7fffffffu)) < vec4u(0x7f800000u);
}

// A number by its bits, in a way that no compiler computes beforehand: WGSL forbids constants that are NaN or infinite.
fn fromBits(bits: u32) -> f32 {
  return bitcast<f32>(bits ^ noBits);
}

fn maxVec4(a: vec4f, b: vec4f) -> vec4f {
  return select(b, a, (a > b) | isNaNVec4(a));
}

fn minVec4(a: vec4f, b: vec4f) -> vec4f {
  return select(b, a, (a < b) | isNaNVec4(a));
}

fn signVec4(x: vec4f) -> vec4f {
  return select(sign(x), x, isNaNVec4(x));
}

// exp of NaN is infinite on some adapters.
fn expVec4(x: vec4f) -> vec4f {
  return select(exp(x), x, isNaNVec4(x));
}

// log of NaN or of a negative number is a number on some adapters.
fn logVec4(x: vec4f) -> vec4f {
  let ofNegative = select(log(x), vec4f(fromBits(0x7fc00000u)), x < vec4f(0.0));
  return select(ofNegative, x, isNaNVec4(x));
}

// Below 0.5 the Taylor series; its first omitted term is 0.5^9 / 10! of x.
fn expm1Vec4(x: vec4f) -> vec4f {
  var p = vec4f(2.7557319e-6);
  p = p * x + vec4f(2.4801587e-5);
  p = p * x + vec4f(1.984127e-4);
  p = p * x + vec4f(1.3888889e-3);
  p = p * x + vec4f(8.3333333e-3);
  p = p * x + vec4f(4.1666667e-2);
  p = p * x + vec4f(1.6666667e-1);
  p = p * x + vec4f(0.5);
  return select(expVec4(x) - vec4f(1.0), p * x * x + x, abs(x) < vec4f(0.5));
}

// log(1 + x) = 2 atanh(x / (2 + x)); below 0.5 by the series of atanh, where log(1 + x) would lose digits.
fn log1pVec4(x: vec4f) -> vec4f {
  let s = x / (vec4f(2.0) + x);
  let q = s * s;
  var p = vec4f(6.6666667e-2);
  p = p * q + vec4f(7.6923077e-2);
  p = p * q + vec4f(9.0909091e-2);
  p = p * q + vec4f(1.1111111e-1);
  p = p * q + vec4f(1.4285714e-1);
  p = p * q + vec4f(0.2);
  p = p * q + vec4f(3.3333333e-1);
  return select(logVec4(vec4f(1.0) + x), vec4f(2.0) * (s * q * p + s), abs(x) < vec4f(0.5));
}

// (1 - e) / (1 + e) with e = exp(-2 |x|): no overflow, and all digits near 0.
fn tanhVec4(x: vec4f) -> vec4f {
  let e = expm1Vec4(vec4f(-2.0) * abs(x));
  let t = -e / (vec4f(2.0) + e);
  return select(t, -t, x < vec4f(0.0));
}

// Below 1 the Maclaurin series (Abramowitz and Stegun 7.1.5), beyond 1 - erfc with the fit `erfcc` of Numerical Recipes (relative error 1.2e-7).
fn erfVec4(x: vec4f) -> vec4f {
  let q = x * x;
  var p = vec4f(-1.6365845e-7);
  p = p * q + vec4f(1.6462115e-6);
  p = p * q + vec4f(-1.4925652e-5);
  p = p * q + vec4f(1.2055333e-4);
  p = p * q + vec4f(-8.5483273e-4);
  p = p * q + vec4f(5.2239776e-3);
  p = p * q + vec4f(-2.6866171e-2);
  p = p * q + vec4f(1.1283792e-1);
  p = p * q + vec4f(-3.7612639e-1);
  p = p * q + vec4f(1.1283792);
  let t = vec4f(1.0) / (vec4f(1.0) + vec4f(0.5) * abs(x));
  var f = vec4f(0.17087277);
  f = f * t + vec4f(-0.82215223);
  f = f * t + vec4f(1.48851587);
  f = f * t + vec4f(-1.13520398);
  f = f * t + vec4f(0.27886807);
  f = f * t + vec4f(-0.18628806);
  f = f * t + vec4f(0.09678418);
  f = f * t + vec4f(0.37409196);
  f = f * t + vec4f(1.00002368);
  f = f * t + vec4f(-1.26551223);
  let tail = vec4f(1.0) - t * exp(f - q);
  return select(select(tail, -tail, x < vec4f(0.0)), p * x, abs(x) < vec4f(1.0));
}

// Sine of x + quarters * pi / 2: Cody and Waite's reduction in three parts and the polynomials of Cephes (`sinf.c`); good to about |x| = 8000.
fn sineVec4(x: vec4f, quarters: vec4i) -> vec4f {
  let n = round(x * vec4f(0.63661977));
  let r = ((x - n * vec4f(1.5703125)) - n * vec4f(4.837513e-4)) - n * vec4f(7.54979e-8);
  let q = r * r;
  let odd = ((vec4f(-1.9515296e-4) * q + vec4f(8.332161e-3)) * q + vec4f(-1.6666655e-1)) * q * r + r;
  let even = ((vec4f(2.4433157e-5) * q + vec4f(-1.3887316e-3)) * q + vec4f(4.1666646e-2)) * q * q - vec4f(0.5) * q + vec4f(1.0);
  let quadrant = vec4i(n) + quarters;
  let value = select(odd, even, (quadrant & vec4i(1)) != vec4i(0));
  return select(value, -value, (quadrant & vec4i(2)) != vec4i(0));
}

fn sinVec4(x: vec4f) -> vec4f {
  return sineVec4(x, vec4i(0));
}

fn cosVec4(x: vec4f) -> vec4f {
  return sineVec4(x, vec4i(1));
}

// As JavaScript's **: of a negative number for whole exponents only, and 1 for the exponent 0.
fn powVec4(a: vec4f, b: vec4f) -> vec4f {
  let size = pow(abs(a), b);
  let isOdd = (b - vec4f(2.0) * floor(b * vec4f(0.5))) == vec4f(1.0);
  let ofNegative = select(vec4f(fromBits(0x7fc00000u)), select(size, -size, isOdd), floor(b) == b);
  let value = select(select(size, ofNegative, a < vec4f(0.0)), a + b, isNaNVec4(a) | isNaNVec4(b));
  return select(value, vec4f(1.0), b == vec4f(0.0));
}

// The sign of the divisor, as `a - b * floor(a / b)` has it.
fn modVec4(a: vec4f, b: vec4f) -> vec4f {
  return a - b * floor(a / b);
}

// A uniform number in [0, 1): the hash pcg4d of counter-random.ts, integers only, so the bits are the same everywhere.
fn uniformVec4(seed: vec4u, step: vec4u, layer: vec4u, index: vec4u) -> vec4f {
  var x = seed * 1664525u + 1013904223u;
  var y = step * 1664525u + 1013904223u;
  var z = layer * 1664525u + 1013904223u;
  var w = index * 1664525u + 1013904223u;
  x += y * w;
  y += z * x;
  z += x * y;
  w += y * z;
  x ^= x >> vec4u(16u);
  y ^= y >> vec4u(16u);
  z ^= z >> vec4u(16u);
  w ^= w >> vec4u(16u);
  x += y * w;
  return vec4f(x >> vec4u(8u)) * 5.9604645e-8;
}
