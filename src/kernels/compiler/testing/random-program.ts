import fc from 'fast-check';
import { pcg4d } from '../../counter-random.ts';
import { sizeOf } from '../index-map.ts';
import type { TraceInput } from '../trace/trace.ts';
import { OP_KINDS, type OpKind } from './program-ops.ts';

/** One operation of a random program: what it is, and numbers that choose its operands, sizes and axes from whatever there is. */
export interface ProgramStep {
  readonly kind: OpKind;
  readonly picks: readonly number[];
}

/** A program over TensorFlow.js's operations, as plain data: it can be printed, shrunk and built again. */
export interface RandomProgram {
  /** Shapes of the float32 inputs x0, x1 ..., without the leading run axis of 1. */
  readonly inputs: readonly { readonly shape: readonly number[]; readonly isShared: boolean }[];
  readonly steps: readonly ProgramStep[];
  /** Which values are outputs, besides the last. */
  readonly outputs: readonly number[];
  /** Whether the gradients of the outputs' weighted sum are outputs too. */
  readonly hasGradient: boolean;
  /** Whether outputs replace inputs of their size. */
  readonly isInPlace: boolean;
}

/** Extents on both sides of what vectors, tiles and workgroups hold. */
const EXTENTS = [1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 33, 64];
const LARGEST_INPUT = 600;

const shape = fc
  .array(fc.constantFrom(...EXTENTS), { maxLength: 3 })
  .map((extents) => (sizeOf(extents) <= LARGEST_INPUT ? extents : extents.map((extent) => Math.min(extent, 8))));

export const randomProgram: fc.Arbitrary<RandomProgram> = fc.record({
  inputs: fc.array(fc.record({ shape, isShared: fc.boolean() }), { minLength: 1, maxLength: 3 }),
  steps: fc.array(
    fc.record({
      kind: fc.constantFrom(...OP_KINDS),
      picks: fc.array(fc.nat({ max: 1000 }), { minLength: 8, maxLength: 8 }),
    }),
    { minLength: 1, maxLength: 10 },
  ),
  outputs: fc.array(fc.nat({ max: 1000 }), { maxLength: 2 }),
  hasGradient: fc.boolean(),
  isInPlace: fc.boolean(),
});

/** Rows that the programs look up; their tables have at least three. */
export const ROWS = 6;
export const TABLE_ROWS = 3;

export const floatName = (index: number): string => `x${index}`;

/** What a program is traced with: its float inputs, and of every program rows of a table, seed and step. */
export function traceInputs({ inputs }: RandomProgram): Record<string, TraceInput> {
  return {
    ...Object.fromEntries(
      inputs.map((input, index): [string, TraceInput] => [
        floatName(index),
        { shape: [1, ...input.shape], dtype: 'float32', owner: input.isShared ? 'shared' : 'run' },
      ]),
    ),
    rows: { shape: [ROWS], dtype: 'int32', owner: 'run' },
    seed: { shape: [1], dtype: 'int32', owner: 'run' },
    step: { shape: [1], dtype: 'int32', owner: 'shared' },
  };
}

/** Numbers for the inputs of one run: float32 in (-2, 2), those of shared inputs the same for every run. */
export function inputValues(program: RandomProgram, run: number): Record<string, Float32Array | Int32Array> {
  const words = new Uint32Array(4);
  const draw = (stream: number, index: number, owner: number): number => {
    pcg4d(owner, stream, 3, index, words);
    return (words[0] as number) / 2 ** 32;
  };
  const floats = program.inputs.map(({ shape: extents, isShared }, input) =>
    Float32Array.from({ length: sizeOf(extents) }, (_, index) => 4 * draw(input, index, isShared ? -1 : run) - 2),
  );
  return {
    ...Object.fromEntries(floats.map((values, index) => [floatName(index), values])),
    rows: Int32Array.from({ length: ROWS }, (_, index) => Math.floor(TABLE_ROWS * draw(90, index, run))),
    seed: Int32Array.of(run - 1),
    step: Int32Array.of(7),
  };
}
