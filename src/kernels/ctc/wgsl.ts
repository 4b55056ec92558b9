import type { WgslAccess, WgslKernel } from '../compiler/custom-kernels.ts';
import { type CtcShape, forwardSize, IMPOSSIBLE, LOG_ZERO, shapeOf, statesOf } from './shape.ts';

const float = (value: number): string => `(${value.toExponential()}f)`;
const ZERO = float(LOG_ZERO);

/** Declares `frames` and, for every state, `classOf`, and `own`, `skip` and `end`: 0, or LOG_ZERO where something is not allowed. See `interpret.ts`. */
function statesText({ thread, read }: WgslAccess, shape: CtcShape): string {
  const { labels, blank } = shape;
  const S = statesOf(shape);
  return `
let frames = ${read(1, thread)};
var classOf: array<i32, ${S}>;
var own: array<f32, ${S}>;
var skip: array<f32, ${S}>;
var end: array<f32, ${S}>;
var previous = -1;
var wasThere = true;
for (var k = 0; k <= ${labels}; k++) {
  var label = -1;
  if (k < ${labels}) { label = ${read(2, `${thread} * ${labels} + k`)}; }
  let isThere = label >= 0;
  let ending = select(${ZERO}, 0.0, wasThere && !isThere);
  classOf[2 * k] = ${blank};
  own[2 * k] = select(${ZERO}, 0.0, wasThere);
  skip[2 * k] = ${ZERO};
  end[2 * k] = ending;
  if (k > 0) { end[2 * k - 1] = ending; }
  if (k < ${labels}) {
    classOf[2 * k + 1] = select(${blank}, label, isThere);
    own[2 * k + 1] = select(${ZERO}, 0.0, isThere);
    skip[2 * k + 1] = select(${ZERO}, 0.0, k > 0 && label != previous);
  }
  previous = label;
  wasThere = isThere;
}`;
}

/** Declares `name`, the logarithm of the sum of the exponentials of a, b and c. */
const logSumExp = (name: string, a: string, b: string, c: string): string => `
let most_${name} = maxF32(${a}, maxF32(${b}, ${c}));
let ${name} = most_${name} + log1pF32(expF32(${a} - most_${name}) + expF32(${b} - most_${name}) + expF32(${c} - most_${name}) - 1.0);`;

/** One thread per utterance. */
export const wgslForward: WgslKernel = {
  threads: (attrs, size) => size / forwardSize(shapeOf(attrs)),
  write(access, attrs) {
    const shape = shapeOf(attrs);
    const S = statesOf(shape);
    const { time, classes } = shape;
    const { thread, read, write } = access;
    // alpha[s + 2] belongs to state s; the two before it are never reached.
    return `${statesText(access, shape)}
let row = ${thread} * ${forwardSize(shape)};
var alpha: array<f32, ${S + 2}>;
for (var s = 0; s < ${S + 2}; s++) { alpha[s] = select(${ZERO}, 0.0, s == 2); }
var scale = 0.0;
for (var t = 0; t < ${time}; t++) {
  if (t < frames) {
    var most = ${ZERO};
    for (var s = ${S - 1}; s >= 0; s--) {
      let stay = alpha[s + 2];
      let walk = alpha[s + 1];
      let leap = alpha[s] + skip[s];
      ${logSumExp('before', 'stay', 'walk', 'leap')}
      let value = before + own[s] + ${read(0, `(${thread} * ${time} + t) * ${classes} + classOf[s]`)};
      alpha[s + 2] = value;
      most = maxF32(most, value);
    }
    for (var s = 0; s < ${S}; s++) { alpha[s + 2] -= most; }
    scale += most;
  }
  for (var s = 0; s < ${S}; s++) { ${write(`row + 1 + t * ${S} + s`, 'alpha[s + 2]')} }
}
var last = ${ZERO};
for (var s = 0; s < ${S}; s++) { last = maxF32(last, alpha[s + 2] + end[s]); }
var ends = 0.0;
for (var s = 0; s < ${S}; s++) { ends += expF32(alpha[s + 2] + end[s] - last); }
let total = scale + last + logF32(ends);
${write('row', `select(select(-total, ${float(IMPOSSIBLE)}, total < ${float(LOG_ZERO / 2)}), total, isNaNF32(total))`)}`;
  },
};

/** One thread per utterance. */
export const wgslGradient: WgslKernel = {
  threads: (attrs, size) => size / (shapeOf(attrs).time * shapeOf(attrs).classes),
  write(access, attrs) {
    const shape = shapeOf(attrs);
    const S = statesOf(shape);
    const { time, classes } = shape;
    const { thread, read, readOutput, write } = access;
    const place = (classIndex: string): string => `(${thread} * ${time} + t) * ${classes} + ${classIndex}`;
    // after[s]: of the next frame, its own score included; two that are never reached follow.
    return `${statesText(access, shape)}
let row = ${thread} * ${forwardSize(shape)};
let loss = ${read(3, 'row')};
let isPossible = isNaNF32(loss) || loss < ${float(IMPOSSIBLE / 2)};
var after: array<f32, ${S + 2}>;
for (var s = 0; s < ${S + 2}; s++) { after[s] = ${ZERO}; }
var joint: array<f32, ${S}>;
for (var t = ${time - 1}; t >= 0; t--) {
  for (var c = 0; c < ${classes}; c++) { ${write(place('c'), '0.0')} }
  if (t < frames && isPossible) {
    var most = ${ZERO};
    var best = ${ZERO};
    for (var s = 0; s < ${S}; s++) {
      var beta = end[s];
      if (t < frames - 1) {
        let stay = after[s];
        let walk = after[s + 1];
        let leap = after[s + 2] + select(${ZERO}, skip[min(s + 2, ${S - 1})], s + 2 < ${S});
        ${logSumExp('later', 'stay', 'walk', 'leap')}
        beta = later;
      }
      after[s] = beta;
      joint[s] = beta + ${read(3, `row + 1 + t * ${S} + s`)};
      most = maxF32(most, beta);
      best = maxF32(best, joint[s]);
    }
    var total = 0.0;
    for (var s = 0; s < ${S}; s++) {
      joint[s] = expF32(joint[s] - best);
      total += joint[s];
      after[s] += own[s] - most + ${read(0, place('classOf[s]'))};
    }
    for (var s = 0; s < ${S}; s++) { ${write(place('classOf[s]'), `${readOutput(place('classOf[s]'))} - joint[s] / total`)} }
  }
}`;
  },
};
