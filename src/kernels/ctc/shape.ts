/** Sizes of a CTC problem, as the kernels' attributes. */
export interface CtcShape {
  /** Frames per utterance, T. */
  readonly time: number;
  /** Classes, the blank included, C. */
  readonly classes: number;
  /** Labels that an utterance has room for, L. */
  readonly labels: number;
  /** Class of the blank. */
  readonly blank: number;
}

/** What the kernels need, from their attributes. */
export const shapeOf = (attrs: Readonly<Record<string, number>>): CtcShape => attrs as unknown as CtcShape;

/** States of the label sequence with a blank around every label, S. */
export const statesOf = ({ labels }: CtcShape): number => 2 * labels + 1;

/** Elements of the forward pass of one utterance: its loss, then (T, S) logarithms of forward variables. */
export const forwardSize = (shape: CtcShape): number => 1 + shape.time * statesOf(shape);

/** Stands for log 0, as differences of infinities are not numbers, and as WGSL knows no infinity. A sum of thousands of them is finite in float32. */
export const LOG_ZERO = -1e30;

/** Loss of an utterance that no path of its frames spells: it has fewer frames than labels and blanks between equal ones. */
export const IMPOSSIBLE = 1e30;
