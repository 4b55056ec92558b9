import { type CustomKernelDefinition, registerCustomKernel, type WasmKernelTarget } from '../../custom-kernels.ts';
import { emitExp } from '../math/exponential.ts';

/** Stands for log 0: -infinity would give NaN in differences. */
const LOG_ZERO = -1e30;

function logAdd(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return high + Math.log1p(Math.exp(low - high));
}

/** alpha[t, s] = score[t, s] + logAdd(alpha[t-1, s], alpha[t-1, s-1]); alpha[0, s] = score[0, 0] for s = 0, else log 0. */
function interpret([scores]: readonly Float64Array[], { states = 1 }: Readonly<Record<string, number>>, size: number): Float64Array {
  const alpha = new Float64Array(size).fill(LOG_ZERO);
  alpha[0] = scores?.[0] as number;
  for (let i = states; i < size; i++) {
    const stay = alpha[i - states] as number;
    const move = i % states === 0 ? LOG_ZERO : (alpha[i - states - 1] as number);
    alpha[i] = (scores?.[i] as number) + logAdd(stay, move);
  }
  return alpha;
}

/** One state after the other, each in the first lane of its vectors. */
function emit({ f, math, operands, result, attrs }: WasmKernelTarget): void {
  const states = attrs.states as number;
  const [score, alpha, isFirst] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const [stay, move, value] = [f.local('v128'), f.local('v128'), f.local('v128')];
  f.get((operands[0] as (typeof operands)[number]).address);
  f.set(score);
  f.get(result.address);
  f.set(alpha);
  const advance = (): void => {
    f.bump(score, 4);
    f.bump(alpha, 4);
  };
  f.get(score);
  f.memory('v128.load32_splat', 0);
  f.set(value);
  f.repeat(states, () => {
    f.get(alpha, value);
    f.memoryLane('v128.store32_lane', 0, 0);
    f.splat(LOG_ZERO);
    f.set(value);
    advance();
  });
  f.repeat(result.size / states - 1, () => {
    f.i32(1);
    f.set(isFirst);
    f.repeat(states, () => {
      f.get(alpha);
      f.i32(-4 * states);
      f.op('i32.add');
      f.memory('v128.load32_splat', 0);
      f.set(stay);
      f.splat(LOG_ZERO);
      f.get(alpha);
      f.i32(-4 * (states + 1));
      f.op('i32.add');
      f.memory('v128.load32_splat', 0);
      f.i32(0);
      f.get(isFirst);
      f.op('i32.sub', 'i32x4.splat', 'v128.bitselect');
      f.set(move);
      f.get(alpha, stay, move);
      f.op('f32x4.max');
      f.get(stay, move);
      f.op('f32x4.min');
      f.get(stay, move);
      f.op('f32x4.max', 'f32x4.sub');
      emitExp(f);
      f.call(math.function('log1p'));
      f.op('f32x4.add');
      f.get(score);
      f.memory('v128.load32_splat', 0);
      f.op('f32x4.add');
      f.memoryLane('v128.store32_lane', 0, 0);
      f.i32(0);
      f.set(isFirst);
      advance();
    });
  });
  for (const local of [score, alpha, isFirst, stay, move, value]) f.release(local);
}

/** A recursion in the logarithm of probabilities, as the forward pass of CTC: an example of a hand-written kernel. */
export const LOG_SCAN: CustomKernelDefinition = { name: 'testLogScan', interpret, wasm: { emit } };

registerCustomKernel(LOG_SCAN);
