import type { WasmArray, WasmKernelTarget } from '../compiler/custom-kernels.ts';
import type { Local } from '../compiler/wasm/function-builder.ts';
import { emitExp } from '../compiler/wasm/math/exponential.ts';
import { forwardSize, IMPOSSIBLE, LOG_ZERO, shapeOf, statesOf } from './shape.ts';
import {
  bumpAll,
  emitLogSumExp,
  fillLogZero,
  forUtterances,
  gather,
  gatherAt,
  LANES,
  rowAddresses,
  STATE,
  scatter,
  VECTOR_BYTES,
} from './wasm-lanes.ts';

/** See `kernels.ts`; the same steps as `interpret.ts`. */
export function emitGradient(target: WasmKernelTarget): void {
  const { f, math, operands, result, scratch } = target;
  const shape = shapeOf(target.attrs);
  const S = statesOf(shape);
  const { time, classes } = shape;
  const forward = operands[3] as WasmArray;
  // Of the frame after the present one, its own score included; two that are never reached follow.
  const after = scratch((S + 2) * VECTOR_BYTES);
  const joint = scratch(S * VECTOR_BYTES);
  // Where a state's class has its sum: of the log-probability's place at frame 0, without the utterance's address.
  const sums = scratch(classes * VECTOR_BYTES);
  const vectors = Array.from({ length: 13 }, () => f.local('v128'));
  const [stay, move, leap, source, value, most, best, total, isActive, isLast, isPossible, frame, offset] = vectors as [
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
    Local,
    Local,
    Local,
  ];
  const [state, place, other] = [f.local('i32'), f.local('i32'), f.local('i32')];
  /** Sets `state`, `place` and `other` to the first state's entries in the table, `after` and `joint`. */
  const restart = (states: Local): void => {
    for (const [pointer, start] of [
      [state, states],
      [place, after],
      [other, joint],
    ] as const) {
      f.get(start);
      f.set(pointer);
    }
  };
  const step = (): void => {
    f.bump(state, STATE.bytes);
    f.bump(place, VECTOR_BYTES);
    f.bump(other, VECTOR_BYTES);
  };
  const load = (address: Local, bytes = 0): void => {
    f.get(address);
    f.memory('v128.load', bytes);
  };
  const store = (address: Local, local: Local): void => {
    f.get(address, local);
    f.memory('v128.store', 0);
  };

  forUtterances(target, shape, (numbers, { states, frames }) => {
    const losses = rowAddresses(f, forward, numbers, forwardSize(shape));
    const alphas = rowAddresses(f, forward, numbers, forwardSize(shape), 1 + (time - 1) * S);
    const rows = rowAddresses(f, result, numbers, time * classes, (time - 1) * classes);
    const starts = rowAddresses(f, operands[0] as WasmArray, numbers, time * classes);
    gather(f, value, losses);
    f.get(value);
    f.splat(IMPOSSIBLE / 2);
    // Not below it, as NaN is neither.
    f.op('f32x4.gt', 'v128.not');
    f.set(isPossible);
    fillLogZero(f, after, S + 2);
    f.ints(LANES.map(() => time - 1));
    f.set(frame);
    f.ints(LANES.map(() => 4 * (time - 1) * classes));
    f.set(offset);
    f.repeat(time, () => {
      f.get(frame, frames);
      f.op('i32x4.lt_s');
      f.get(isPossible);
      f.op('v128.and');
      f.set(isActive);
      f.get(frame);
      f.ints([1, 1, 1, 1]);
      f.op('i32x4.add');
      f.get(frames);
      f.op('i32x4.eq');
      f.set(isLast);
      for (const local of [most, best]) {
        f.splat(LOG_ZERO);
        f.set(local);
      }
      restart(states);
      f.repeat(S, () => {
        load(place);
        f.set(stay);
        load(place, VECTOR_BYTES);
        f.set(move);
        load(place, 2 * VECTOR_BYTES);
        load(state, 2 * STATE.bytes + STATE.skip);
        f.op('f32x4.add');
        f.set(leap);
        load(state, STATE.end);
        emitLogSumExp(f, math, [stay, move, leap]);
        f.get(isLast);
        f.op('v128.bitselect');
        f.set(value);
        store(place, value);
        f.get(most, value);
        f.op('f32x4.max');
        f.set(most);
        gather(f, stay, alphas);
        bumpAll(f, alphas, 1);
        f.get(value, stay);
        f.op('f32x4.add');
        f.set(value);
        store(other, value);
        f.get(best, value);
        f.op('f32x4.max');
        f.set(best);
        step();
      });
      bumpAll(f, alphas, -2 * S);
      f.splat(0);
      f.set(total);
      restart(states);
      f.repeat(S, () => {
        load(other);
        f.get(best);
        f.op('f32x4.sub');
        emitExp(f);
        f.set(value);
        store(other, value);
        f.get(total, value);
        f.op('f32x4.add');
        f.set(total);
        load(state, STATE.source);
        f.get(offset);
        f.op('i32x4.add');
        f.set(source);
        gatherAt(f, value, source);
        load(place);
        f.get(most);
        f.op('f32x4.sub');
        load(state, STATE.own);
        f.op('f32x4.add');
        f.get(value);
        f.op('f32x4.add');
        f.set(value);
        store(place, value);
        step();
      });
      f.get(sums);
      f.set(place);
      f.repeat(classes, () => {
        f.get(place);
        f.splat(0);
        f.memory('v128.store', 0);
        f.bump(place, VECTOR_BYTES);
      });
      restart(states);
      f.repeat(S, () => {
        load(other);
        f.get(total);
        f.op('f32x4.div');
        f.get(isActive);
        f.op('v128.and');
        f.set(value);
        load(state, STATE.source);
        f.set(source);
        for (const lane of LANES) {
          // 4 bytes times the class; a class's sums lie 16 bytes apart.
          f.get(source);
          f.lane('i32x4.extract_lane', lane);
          f.get(starts[lane] as Local);
          f.op('i32.sub');
          f.i32(VECTOR_BYTES / 4);
          f.op('i32.mul');
          f.get(sums);
          f.op('i32.add');
          f.set(place);
          f.get(place);
          f.memory('v128.load', 0);
          f.get(value);
          f.ints(LANES.map((own) => (own === lane ? -1 : 0)));
          f.op('v128.and', 'f32x4.sub');
          f.set(stay);
          store(place, stay);
        }
        step();
      });
      f.get(sums);
      f.set(place);
      f.repeat(classes, () => {
        load(place);
        f.set(value);
        scatter(f, rows, value);
        bumpAll(f, rows, 1);
        f.bump(place, VECTOR_BYTES);
      });
      bumpAll(f, rows, -2 * classes);
      f.get(frame);
      f.ints([1, 1, 1, 1]);
      f.op('i32x4.sub');
      f.set(frame);
      f.get(offset);
      f.ints(LANES.map(() => 4 * classes));
      f.op('i32x4.sub');
      f.set(offset);
    });
    for (const local of [...losses, ...alphas, ...rows, ...starts]) f.release(local);
  });
  for (const local of [...vectors, state, place, other]) f.release(local);
}
