import { forwardSize, IMPOSSIBLE, LOG_ZERO, shapeOf, statesOf } from './shape.ts';

/** One state of an utterance's label sequence with blanks: additions are 0, or LOG_ZERO where something is not allowed. */
interface State {
  readonly classIndex: number;
  /** Whether the utterance has that state. */
  readonly own: number;
  /** Whether a path may come from two states before, leaving out the blank between two different labels. */
  readonly skip: number;
  /** Whether a path may end here. */
  readonly end: number;
}

const allowed = (condition: boolean): number => (condition ? 0 : LOG_ZERO);

/** @param labels of one utterance, negative beyond the last one */
function statesOfLabels(labels: Float64Array, blank: number): readonly State[] {
  const label = (k: number): number => labels[k] ?? -1;
  const isThere = (k: number): boolean => k < 0 || label(k) >= 0;
  return Array.from({ length: 2 * labels.length + 1 }, (_, s) => {
    const k = s >> 1;
    if (s % 2 === 0) {
      return { classIndex: blank, own: allowed(isThere(k - 1)), skip: LOG_ZERO, end: allowed(isThere(k - 1) && !isThere(k)) };
    }
    return {
      classIndex: isThere(k) ? label(k) : blank,
      own: allowed(isThere(k)),
      skip: allowed(k > 0 && label(k) !== label(k - 1)),
      end: allowed(isThere(k) && !isThere(k + 1)),
    };
  });
}

function logSumExp(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

/** Moves the largest value to 0; returns what it was. */
function normalise(values: Float64Array): number {
  const most = Math.max(...values);
  values.forEach((value, s) => {
    values[s] = value - most;
  });
  return most;
}

interface Utterance {
  readonly frames: number;
  readonly states: readonly State[];
  /** (T, C) */
  readonly logProbabilities: Float64Array;
}

function utterance(operands: readonly Float64Array[], attrs: Readonly<Record<string, number>>, n: number): Utterance {
  const [logProbabilities, frames, labels] = operands as readonly [Float64Array, Float64Array, Float64Array];
  const { time, classes, labels: most, blank } = shapeOf(attrs);
  return {
    frames: frames[n] as number,
    states: statesOfLabels(labels.subarray(n * most, (n + 1) * most), blank),
    logProbabilities: logProbabilities.subarray(n * time * classes, (n + 1) * time * classes),
  };
}

/** (N, forwardSize): see `kernels.ts`. */
export function interpretForward(operands: readonly Float64Array[], attrs: Readonly<Record<string, number>>, size: number): Float64Array {
  const shape = shapeOf(attrs);
  const [row, S] = [forwardSize(shape), statesOf(shape)];
  const result = new Float64Array(size);
  for (let n = 0; n < size / row; n++) {
    const { frames, states, logProbabilities } = utterance(operands, attrs, n);
    const own = result.subarray(n * row, (n + 1) * row);
    // Before the first frame: as if in the first state, from which the first two can be reached.
    let alpha = new Float64Array(S).fill(LOG_ZERO);
    alpha[0] = 0;
    let scale = 0;
    for (let t = 0; t < shape.time; t++) {
      if (t < frames) {
        const before = alpha;
        alpha = Float64Array.from(states, ({ classIndex, own: isOwn, skip }, s) => {
          const from = [before[s] as number, before[s - 1] ?? LOG_ZERO, (before[s - 2] ?? LOG_ZERO) + skip];
          return logSumExp(from) + isOwn + (logProbabilities[t * shape.classes + classIndex] as number);
        });
        scale += normalise(alpha);
      }
      own.set(alpha, 1 + t * S);
    }
    const total = scale + logSumExp(states.map(({ end }, s) => end + (alpha[s] as number)));
    own[0] = total < LOG_ZERO / 2 ? IMPOSSIBLE : -total;
  }
  return result;
}

/** (N, T, C): see `kernels.ts`. */
export function interpretGradient(operands: readonly Float64Array[], attrs: Readonly<Record<string, number>>, size: number): Float64Array {
  const shape = shapeOf(attrs);
  const { time, classes } = shape;
  const [row, S] = [forwardSize(shape), statesOf(shape)];
  const result = new Float64Array(size);
  for (let n = 0; n < size / (time * classes); n++) {
    const { frames, states, logProbabilities } = utterance(operands, attrs, n);
    const forward = (operands[3] as Float64Array).subarray(n * row, (n + 1) * row);
    if ((forward[0] as number) > IMPOSSIBLE / 2) continue;
    // What comes after a frame, the next one's own score included.
    let after = new Float64Array(S);
    for (let t = frames - 1; t >= 0; t--) {
      const beta = Float64Array.from(states, ({ end }, s) =>
        t === frames - 1
          ? end
          : logSumExp([after[s] as number, after[s + 1] ?? LOG_ZERO, (after[s + 2] ?? LOG_ZERO) + (states[s + 2]?.skip ?? LOG_ZERO)]),
      );
      normalise(beta);
      const joint = beta.map((value, s) => value + (forward[1 + t * S + s] as number));
      const total = logSumExp([...joint]);
      states.forEach(({ classIndex }, s) => {
        const place = (n * time + t) * classes + classIndex;
        result[place] = (result[place] as number) - Math.exp((joint[s] as number) - total);
      });
      after = Float64Array.from(
        states,
        ({ classIndex, own }, s) => (beta[s] as number) + own + (logProbabilities[t * classes + classIndex] as number),
      );
    }
  }
  return result;
}
