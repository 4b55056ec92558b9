import { describe, expect, test } from 'vitest';
import { curveCase, floorMs, mlpWork, productShare } from './curves.ts';

describe('the work of an MLP step', () => {
  test('counts three products per layer, two in the first', () => {
    // 64-64-64-10, batch 128: forward 8832 per row, weight gradients the same, input gradients without the first layer's 4096.
    expect(mlpWork(curveCase('runs', 1)).multiplyAdds).toBe(128 * (8832 + 8832 + 4736));
    expect(mlpWork(curveCase('runs', 8)).multiplyAdds).toBe(8 * mlpWork(curveCase('runs', 1)).multiplyAdds);
    // 8970 parameters, eight vectors of four bytes.
    expect(mlpWork(curveCase('runs', 2)).bytes).toBe(2 * 8970 * 32);
  });

  test('takes at least as long as its slower part', () => {
    const work = { multiplyAdds: 2e6, bytes: 1e6 };
    expect(floorMs(work, { multiplyAddsPerSecond: 1e9, copyBytesPerSecond: 1e9 })).toBeCloseTo(2, 12);
    expect(floorMs(work, { multiplyAddsPerSecond: 1e9, copyBytesPerSecond: 1e8 })).toBeCloseTo(10, 12);
  });

  test('reaches a share of the bare product of its hidden layers', () => {
    // R = 8 MLPs: 8 x 128 x 22400 multiply-adds in 10 ms, against 8 x 128 x 4096 in 1 ms.
    expect(productShare(curveCase('runs', 8), 10, 1)).toBeCloseTo(22400 / 40960, 12);
  });
});
