import type { WasmKernelTarget } from '../compiler/custom-kernels.ts';
import type { Local } from '../compiler/wasm/function-builder.ts';
import { emitExp } from '../compiler/wasm/math/exponential.ts';
import { forwardSize, IMPOSSIBLE, LOG_ZERO, shapeOf, statesOf } from './shape.ts';
import {
  bumpAll,
  emitLogSumExp,
  fillLogZero,
  forUtterances,
  gatherAt,
  LANES,
  rowAddresses,
  STATE,
  scatter,
  VECTOR_BYTES,
} from './wasm-lanes.ts';

/** See `kernels.ts`; the same steps as `interpret.ts`. */
export function emitForward(target: WasmKernelTarget): void {
  const { f, math, result, scratch } = target;
  const shape = shapeOf(target.attrs);
  const S = statesOf(shape);
  // alpha + 2 vectors belongs to state 0; the two before it are never reached.
  const alpha = scratch((S + 2) * VECTOR_BYTES);
  const [stay, move, leap, source, value, most, scale, isActive, time, offset] = Array.from({ length: 10 }, () => f.local('v128')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const [state, place] = [f.local('i32'), f.local('i32')];
  /** Sets `state` and `place` to a state's table entry and to the place of its alpha. */
  const goTo = (states: Local, s: number): void => {
    f.get(states);
    f.i32(s * STATE.bytes);
    f.op('i32.add');
    f.set(state);
    f.get(alpha);
    f.i32((s + 2) * VECTOR_BYTES);
    f.op('i32.add');
    f.set(place);
  };
  const step = (by: 1 | -1): void => {
    f.bump(state, by * STATE.bytes);
    f.bump(place, by * VECTOR_BYTES);
  };

  forUtterances(target, shape, (numbers, { states, frames }) => {
    const losses = rowAddresses(f, result, numbers, forwardSize(shape));
    const rows = rowAddresses(f, result, numbers, forwardSize(shape), 1);
    fillLogZero(f, alpha, S + 2);
    f.get(alpha);
    f.splat(0);
    f.memory('v128.store', 2 * VECTOR_BYTES);
    f.splat(0);
    f.set(scale);
    for (const counter of [time, offset]) {
      f.ints([0, 0, 0, 0]);
      f.set(counter);
    }
    f.repeat(shape.time, () => {
      f.get(time, frames);
      f.op('i32x4.lt_s');
      f.set(isActive);
      f.splat(LOG_ZERO);
      f.set(most);
      goTo(states, S - 1);
      f.repeat(S, () => {
        f.get(place);
        f.memory('v128.load', 0);
        f.set(stay);
        // The vectors before: addresses below are those of the states before.
        f.get(place);
        f.i32(-VECTOR_BYTES);
        f.op('i32.add');
        f.memory('v128.load', 0);
        f.set(move);
        f.get(place);
        f.i32(-2 * VECTOR_BYTES);
        f.op('i32.add');
        f.memory('v128.load', 0);
        f.get(state);
        f.memory('v128.load', STATE.skip);
        f.op('f32x4.add');
        f.set(leap);
        f.get(state);
        f.memory('v128.load', STATE.source);
        f.get(offset);
        f.op('i32x4.add');
        f.set(source);
        gatherAt(f, value, source);
        emitLogSumExp(f, math, [stay, move, leap]);
        f.get(value);
        f.op('f32x4.add');
        f.get(state);
        f.memory('v128.load', STATE.own);
        f.op('f32x4.add');
        f.get(stay, isActive);
        f.op('v128.bitselect');
        f.set(value);
        f.get(place, value);
        f.memory('v128.store', 0);
        f.get(most, value);
        f.op('f32x4.max');
        f.set(most);
        step(-1);
      });
      // Where an utterance has ended, its largest is 0 already.
      f.get(scale, most);
      f.op('f32x4.add');
      f.set(scale);
      goTo(states, 0);
      f.repeat(S, () => {
        f.get(place);
        f.memory('v128.load', 0);
        f.get(most);
        f.op('f32x4.sub');
        f.set(value);
        f.get(place, value);
        f.memory('v128.store', 0);
        scatter(f, rows, value);
        bumpAll(f, rows, 1);
        step(1);
      });
      f.get(time);
      f.ints([1, 1, 1, 1]);
      f.op('i32x4.add');
      f.set(time);
      f.get(offset);
      f.ints(LANES.map(() => 4 * shape.classes));
      f.op('i32x4.add');
      f.set(offset);
    });
    // The sum over the states in which a path may end.
    const atEnd = (): void => {
      f.get(place);
      f.memory('v128.load', 0);
      f.get(state);
      f.memory('v128.load', STATE.end);
      f.op('f32x4.add');
    };
    f.splat(LOG_ZERO);
    f.set(most);
    goTo(states, 0);
    f.repeat(S, () => {
      atEnd();
      f.get(most);
      f.op('f32x4.max');
      f.set(most);
      step(1);
    });
    f.splat(0);
    f.set(value);
    goTo(states, 0);
    f.repeat(S, () => {
      atEnd();
      f.get(most);
      f.op('f32x4.sub');
      emitExp(f);
      f.get(value);
      f.op('f32x4.add');
      f.set(value);
      step(1);
    });
    f.get(value);
    f.call(math.function('log'));
    f.get(most);
    f.op('f32x4.add');
    f.get(scale);
    f.op('f32x4.add');
    f.set(value);
    f.splat(IMPOSSIBLE);
    f.get(value);
    f.op('f32x4.neg');
    f.get(value);
    f.splat(LOG_ZERO / 2);
    f.op('f32x4.lt', 'v128.bitselect');
    f.set(value);
    scatter(f, losses, value);
    for (const local of [...losses, ...rows]) f.release(local);
  });
  for (const local of [stay, move, leap, source, value, most, scale, isActive, time, offset, state, place]) f.release(local);
}
