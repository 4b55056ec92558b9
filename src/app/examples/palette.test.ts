import { describe, expect, it } from 'vitest';
import { coloured, magnification } from './palette.ts';

const luminance = ([r = 0, g = 0, b = 0]: ArrayLike<number> & Iterable<number>): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

describe('pictures of few pixels', () => {
  it('are grey from black to white, opaque', () => {
    const rgba = coloured({ kind: 'image', caption: '', width: 3, height: 1, pixels: Uint8Array.of(0, 100, 255), palette: 'grey' });
    expect([...rgba]).toEqual([0, 0, 0, 255, 100, 100, 100, 255, 255, 255, 255, 255]);
  });

  it('become ever brighter in the heat palette, so that they can be read in grey', () => {
    const rgba = coloured({
      kind: 'image',
      caption: '',
      width: 256,
      height: 1,
      pixels: Uint8Array.from({ length: 256 }, (_, i) => i),
      palette: 'heat',
    });
    const brightness = Array.from({ length: 256 }, (_, i) => luminance(rgba.subarray(4 * i, 4 * i + 3)));
    for (let i = 4; i < 256; i++) expect(brightness[i], `byte ${i}`).toBeGreaterThan(brightness[i - 4] as number);
    expect(brightness[0]).toBeLessThan(2);
    expect(brightness[255]).toBeGreaterThan(240);
  });

  it('are magnified by a whole number to at least 144 pixels, flat ones to at least 96', () => {
    for (const [width, height] of [
      [8, 8],
      [14, 14],
      [48, 48],
      [64, 20],
      [27, 20],
    ] as const) {
      const factor = magnification({ width, height });
      expect(factor).toBe(Math.round(factor));
      expect(factor * Math.max(width, height)).toBeGreaterThanOrEqual(144);
      expect(factor * Math.min(width, height)).toBeGreaterThanOrEqual(96);
    }
    expect(magnification({ width: 48, height: 48 })).toBe(3);
  });
});
