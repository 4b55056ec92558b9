import { describe, expect, test } from 'vitest';
import { gaussianWindow, type Picture, similarityOf, uniformWindow } from './ssim.ts';
import reference from './testing/ssim.json' with { type: 'json' };

/** Pixels are little-endian float32 in base64. */
function picture(side: number, base64: string): Picture {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return { side, values: new Float32Array(bytes.buffer) };
}

const twice = ({ side, values }: Picture): Picture => ({ side, values: Array.from(values, (value) => 2 * value) });
const black = (side: number): Picture => ({ side, values: new Float32Array(side ** 2) });

describe.each(reference.cases)('two pictures of $shape pixels, $options.win_size of them across the window', (given) => {
  const { shape, data_range: range, options, ssim } = given;
  const side = shape[0] as number;
  const [target, prediction] = [picture(side, given.target), picture(side, given.prediction)];
  const half = (options.win_size - 1) / 2;
  const window = options.sigma === undefined ? uniformWindow(options.win_size) : gaussianWindow(options.sigma, half);

  test(`have the similarity ${ssim.toFixed(6)} of the reference`, () => {
    expect(Math.abs(similarityOf(side, range, window)(target)(prediction) - ssim)).toBeLessThan(1e-9);
  });

  test('have the same similarity the other way round, and with brightness and range doubled', () => {
    expect(Math.abs(similarityOf(side, range, window)(prediction)(target) - ssim)).toBeLessThan(1e-9);
    expect(Math.abs(similarityOf(side, 2 * range, window)(twice(target))(twice(prediction)) - ssim)).toBeLessThan(1e-9);
  });
});

test('a pixel that is not a number makes the similarity NaN', () => {
  const broken = Float32Array.from({ length: 64 }, (_, pixel) => (pixel === 9 ? Number.NaN : 0.5));
  expect(similarityOf(8, 1)(black(8))({ side: 8, values: broken })).toBeNaN();
});

test('pictures of different sizes, or smaller than the window, are refused', () => {
  expect(() => similarityOf(8, 1)(black(8))(black(9))).toThrow(/9 pixels a side is compared with one of 8/);
  expect(() => similarityOf(6, 1)).toThrow(/6 pixels a side is smaller than the window of 7/);
});
