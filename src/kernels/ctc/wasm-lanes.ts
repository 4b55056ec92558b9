import type { WasmArray, WasmKernelTarget } from '../compiler/custom-kernels.ts';
import type { FunctionBuilder, Local } from '../compiler/wasm/function-builder.ts';
import { emitExp } from '../compiler/wasm/math/exponential.ts';
import type { MathLibrary } from '../compiler/wasm/math/library.ts';
import { type CtcShape, LOG_ZERO, statesOf } from './shape.ts';

/**
 * The WebAssembly kernels compute four utterances at once, one in each lane of a vector. Where there are fewer left, lanes repeat the last
 * one: it is computed and stored several times, with the same values.
 */
export const LANES = [0, 1, 2, 3] as const;
export const VECTOR_BYTES = 16;
const ELEMENT_BYTES = 4;

/** Runs `body` for every four of `count` utterances, with locals of their numbers. */
export function forFourUtterances(f: FunctionBuilder, count: number, body: (numbers: readonly Local[]) => void): void {
  const first = f.local('i32');
  const numbers = LANES.map(() => f.local('i32'));
  f.i32(0);
  f.set(first);
  f.repeat(Math.ceil(count / LANES.length), () => {
    for (const lane of LANES) {
      const own = numbers[lane] as Local;
      f.get(first);
      f.i32(lane);
      f.op('i32.add');
      f.tee(own);
      f.i32(count - 1);
      f.get(own);
      f.i32(count);
      f.op('i32.lt_u', 'select');
      f.set(own);
    }
    body(numbers);
    f.bump(first, LANES.length);
  });
  for (const local of [first, ...numbers]) f.release(local);
}

/** Addresses of the utterances' rows, plus some elements, into new locals. */
export function rowAddresses(f: FunctionBuilder, { address }: WasmArray, numbers: readonly Local[], rowSize: number, plus = 0): Local[] {
  return numbers.map((number) => {
    const own = f.local('i32');
    f.get(number);
    f.i32(ELEMENT_BYTES * rowSize);
    f.op('i32.mul');
    f.get(address);
    f.op('i32.add');
    if (plus !== 0) {
      f.i32(ELEMENT_BYTES * plus);
      f.op('i32.add');
    }
    f.set(own);
    return own;
  });
}

export const bumpAll = (f: FunctionBuilder, addresses: readonly Local[], elements: number): void => {
  for (const address of addresses) f.bump(address, ELEMENT_BYTES * elements);
};

/** Loads the element at each lane's address into `into`. `pushAddress` pushes an i32. */
function gatherBy(f: FunctionBuilder, into: Local, offset: number, pushAddress: (lane: number) => void): void {
  pushAddress(0);
  f.memory('v128.load32_splat', offset);
  f.set(into);
  for (const lane of LANES.slice(1)) {
    pushAddress(lane);
    f.get(into);
    f.memoryLane('v128.load32_lane', offset, lane);
    f.set(into);
  }
}

/** The elements at the lanes' addresses plus `offset` elements. */
export function gather(f: FunctionBuilder, into: Local, addresses: readonly Local[], offset = 0): void {
  gatherBy(f, into, ELEMENT_BYTES * offset, (lane) => f.get(addresses[lane] as Local));
}

/** The elements at the addresses that are the lanes of a vector. */
export function gatherAt(f: FunctionBuilder, into: Local, addresses: Local): void {
  gatherBy(f, into, 0, (lane) => {
    f.get(addresses);
    f.lane('i32x4.extract_lane', lane);
  });
}

/** Stores each lane of `value` at its address plus `offset` elements. */
export function scatter(f: FunctionBuilder, addresses: readonly Local[], value: Local, offset = 0): void {
  for (const lane of LANES) {
    f.get(addresses[lane] as Local, value);
    f.memoryLane('v128.store32_lane', ELEMENT_BYTES * offset, lane);
  }
}

/** Pushes a vector with one i32 per lane: lane l has the local's value. */
function pushLanes(f: FunctionBuilder, locals: readonly Local[]): void {
  f.ints([0, 0, 0, 0]);
  locals.forEach((local, lane) => {
    f.get(local);
    f.op('i32x4.splat');
    f.ints(LANES.map((other) => (other === lane ? -1 : 0)));
    f.op('v128.and', 'v128.or');
  });
}

/** Four vectors of a state: where its class's log-probability at frame 0 lies, and three additions of 0 or LOG_ZERO. See `interpret.ts`. */
export const STATE = { source: 0, own: VECTOR_BYTES, skip: 2 * VECTOR_BYTES, end: 3 * VECTOR_BYTES, bytes: 4 * VECTOR_BYTES } as const;

/** Writes the states of four utterances, and of two beyond them what a path may skip to, from `table` on. Locals of the addresses of their labels and log-probabilities. */
export function emitStates(f: FunctionBuilder, table: Local, labels: readonly Local[], sources: readonly Local[], shape: CtcShape): void {
  const [label, previous, isThere, wasThere, base] = Array.from({ length: 5 }, () => f.local('v128')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const allBits = (): void => f.ints([-1, -1, -1, -1]);
  /** Replaces a mask by 0 where it is set and LOG_ZERO elsewhere. */
  const allowed = (): void => {
    const mask = f.local('v128');
    f.set(mask);
    f.splat(LOG_ZERO);
    f.get(mask);
    f.op('v128.andnot');
    f.release(mask);
  };
  const store = (state: number, field: number, value: () => void): void => {
    f.get(table);
    value();
    f.memory('v128.store', state * STATE.bytes + field);
  };
  const ending = (): void => {
    f.get(wasThere, isThere);
    f.op('v128.andnot');
    allowed();
  };
  pushLanes(f, sources);
  f.set(base);
  allBits();
  f.tee(wasThere);
  f.set(previous);
  for (let k = 0; k <= shape.labels; k++) {
    const [blankState, labelState] = [2 * k, 2 * k + 1];
    if (k < shape.labels) gather(f, label, labels, k);
    else {
      allBits();
      f.set(label);
    }
    f.get(label);
    f.ints([0, 0, 0, 0]);
    f.op('i32x4.ge_s');
    f.set(isThere);
    store(blankState, STATE.source, () => {
      f.get(base);
      f.ints(LANES.map(() => ELEMENT_BYTES * shape.blank));
      f.op('i32x4.add');
    });
    store(blankState, STATE.own, () => {
      f.get(wasThere);
      allowed();
    });
    store(blankState, STATE.skip, () => f.splat(LOG_ZERO));
    store(blankState, STATE.end, ending);
    if (k > 0) store(blankState - 1, STATE.end, ending);
    if (k < shape.labels) {
      store(labelState, STATE.source, () => {
        f.get(label);
        f.ints(LANES.map(() => shape.blank));
        f.get(isThere);
        f.op('v128.bitselect');
        f.ints(LANES.map(() => ELEMENT_BYTES));
        f.op('i32x4.mul');
        f.get(base);
        f.op('i32x4.add');
      });
      store(labelState, STATE.own, () => {
        f.get(isThere);
        allowed();
      });
      store(labelState, STATE.skip, () => {
        if (k === 0) f.splat(LOG_ZERO);
        else {
          f.get(label, previous);
          f.op('i32x4.ne');
          allowed();
        }
      });
    }
    f.get(label);
    f.set(previous);
    f.get(isThere);
    f.set(wasThere);
  }
  for (const beyond of [statesOf(shape), statesOf(shape) + 1]) store(beyond, STATE.skip, () => f.splat(LOG_ZERO));
  for (const local of [label, previous, isThere, wasThere, base]) f.release(local);
}

/** Replaces a, b and c, three locals, by the logarithm of the sum of their exponentials on the stack. */
export function emitLogSumExp(f: FunctionBuilder, math: MathLibrary, values: readonly [Local, Local, Local]): void {
  const most = f.local('v128');
  f.get(...values);
  f.op('f32x4.max', 'f32x4.max');
  f.set(most);
  values.forEach((value, index) => {
    f.get(value, most);
    f.op('f32x4.sub');
    emitExp(f);
    if (index > 0) f.op('f32x4.add');
  });
  f.call(math.function('log'));
  f.get(most);
  f.op('f32x4.add');
  f.release(most);
}

/** Fills `count` vectors from a local's address on with LOG_ZERO. */
export function fillLogZero(f: FunctionBuilder, address: Local, count: number): void {
  const place = f.local('i32');
  f.get(address);
  f.set(place);
  f.repeat(count, () => {
    f.get(place);
    f.splat(LOG_ZERO);
    f.memory('v128.store', 0);
    f.bump(place, VECTOR_BYTES);
  });
  f.release(place);
}

/** What both kernels have of four utterances. */
export interface Utterances {
  /** Local with the address of the states. */
  readonly states: Local;
  /** Frames that each utterance has, i32. */
  readonly frames: Local;
}

/** Emits what both kernels begin with, then `body`, for every four utterances. Operands: log-probabilities, frames, labels. */
export function forUtterances(
  { f, operands, scratch }: WasmKernelTarget,
  shape: CtcShape,
  body: (numbers: readonly Local[], given: Utterances) => void,
): void {
  const [logProbabilities, frames, labels] = operands as readonly [WasmArray, WasmArray, WasmArray];
  const states = scratch((statesOf(shape) + 2) * STATE.bytes);
  const own = f.local('v128');
  forFourUtterances(f, frames.size, (numbers) => {
    const labelRows = rowAddresses(f, labels, numbers, shape.labels);
    const sources = rowAddresses(f, logProbabilities, numbers, shape.time * shape.classes);
    const frameRows = rowAddresses(f, frames, numbers, 1);
    emitStates(f, states, labelRows, sources, shape);
    gather(f, own, frameRows);
    for (const local of [...labelRows, ...sources, ...frameRows]) f.release(local);
    body(numbers, { states, frames: own });
  });
  f.release(own);
}
