import type { ParamLayout } from '../layout.ts';
import { causeOf, initialScalar, type OpenRow, type RowState, type RowStatus } from '../optimizer-runner.ts';
import type { SlotInit } from '../step-program.ts';
import type { BlockConstants } from './block-constants.ts';
import type { BlockPlan, RacePlan } from './memory-plan.ts';
import { programNames } from './program-names.ts';
import { HEADER_WORDS, headerWord, NOT_DIVERGED, type RowHeaderWord } from './row-state.ts';
import { BLOCK_SHAPE, packShape } from './shape.ts';

/** The uniform of a block whose constants hold `totalSteps` steps. */
export function blockShapeWords(
  plan: RacePlan,
  { block, segments }: BlockPlan,
  layout: ParamLayout,
  totalSteps: number,
  offsets: BlockConstants['offsets'],
): Uint32Array<ArrayBuffer> {
  return packShape(BLOCK_SHAPE, {
    firstRow: block.firstRow,
    rows: block.rows.length,
    totalSteps,
    vectors: layout.n / 4,
    slotStride: (block.rows.length * layout.n) / 4,
    segments,
    stateStride: plan.stateStride,
    scalarWords: plan.scalarWords,
    partialColumns: plan.partialColumns,
    slices: plan.slices,
    ...offsets,
  });
}

/** One row of the device's row state, active unless it is past its horizon: header, then the scalars as old and as new values. */
export function stateWords(
  plan: RacePlan,
  horizonSteps: number,
  { t, k, scalars }: { readonly t: number; readonly k: number; readonly scalars: readonly number[] },
): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(plan.stateStride);
  words[headerWord('t')] = t;
  words[headerWord('k')] = k;
  words[headerWord('ended')] = t < horizonSteps ? 0 : 1;
  words[headerWord('divergedAt')] = NOT_DIVERGED;
  words[headerWord('horizonSteps')] = horizonSteps;
  words[headerWord('scalars')] = scalars.length;
  const floats = new Float32Array(words.buffer);
  floats.set(scalars, HEADER_WORDS);
  floats.set(scalars, HEADER_WORDS + plan.scalarWords);
  return words;
}

/** A row's scalars before its first step, in the order of the program's keys. */
export function initialScalars(row: OpenRow, segments: number): readonly number[] {
  return Object.keys(row.program.scalars).flatMap((name) => initialScalar(row, name, segments));
}

/** A slot's values before the first step, (n); null where they are all zero, as in a new buffer. */
export function initialSlot(init: SlotInit, row: OpenRow, layout: ParamLayout, x0: Float32Array): Float32Array | null {
  if (init === 'zero') return null;
  if (init === 'params') return x0;
  const values = new Float32Array(layout.n);
  for (const { offset, size } of layout.tensors) values.fill(init(row.hyper), offset, offset + size);
  return values;
}

/** Byte where a slot of a block's row begins in the slots buffer. */
export function slotAt({ block }: BlockPlan, slot: number, member: number, layout: ParamLayout): number {
  return (slot * block.rows.length + member) * layout.n * 4;
}

/** What a row's words in the device's row state say of it. */
export function rowStatus(plan: RacePlan, words: Uint32Array, row: number): RowStatus {
  const word = (name: RowHeaderWord) => words[row * plan.stateStride + headerWord(name)] as number;
  const divergedAt = word('divergedAt');
  return {
    isActive: word('ended') === 0,
    divergedAt: divergedAt === NOT_DIVERGED ? null : divergedAt,
    cause: causeOf(word('cause')),
    k: word('k'),
  };
}

/** A row's scalars by name, S * k values each, from the device's row state. */
export function rowScalars(
  plan: RacePlan,
  { block, segments, scalars }: BlockPlan,
  words: Uint32Array,
  row: number,
): Readonly<Record<string, readonly number[]>> {
  const values = new Float32Array(words.buffer, words.byteOffset + (row * plan.stateStride + HEADER_WORDS) * 4, scalars);
  return Object.fromEntries(
    programNames(block).scalars.map(({ name, offset, count }) => [
      name,
      Array.from(values.subarray(offset * segments, (offset + count) * segments)),
    ]),
  );
}

/** A row's slots by name, (n) each, from its block's slots buffer. */
export function rowSlots(blockPlan: BlockPlan, slots: ArrayBuffer, member: number, layout: ParamLayout): RowState['slots'] {
  return Object.fromEntries(
    programNames(blockPlan.block).slots.map((name, slot) => [
      name,
      Float64Array.from(new Float32Array(slots, slotAt(blockPlan, slot, member, layout), layout.n)),
    ]),
  );
}

/** What to write to the device for one row to continue from a state: its slots in order, (n) each, and its scalars in a row. */
export function restoredRow({ block }: BlockPlan, state: RowState) {
  const names = programNames(block);
  return {
    slots: names.slots.map((name) => Float32Array.from(required(state.slots[name], 'slot', name))),
    scalars: names.scalars.flatMap(({ name }) => required(state.scalars[name], 'scalar', name)),
  };
}

function required<T>(value: T | undefined, kind: string, name: string): T {
  if (value === undefined) throw new Error(`The state to restore has no ${kind} "${name}".`);
  return value;
}
