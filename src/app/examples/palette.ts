import type { ExhibitPart } from '../../workloads/exhibit.ts';

export type Picture = Extract<ExhibitPart, { kind: 'image' }>;

/** Nine of matplotlib's 256 colours of 'inferno' (N. Smith, S. van der Walt, CC0), evenly spaced: ever brighter, also in grey. */
const HEAT = ['000004', '210c4a', '57106e', '8a226a', 'bc3754', 'e45a31', 'f98e09', 'f9cb35', 'fcffa4'].map((hex) =>
  [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
);

/** Red, green and blue of each of the 256 bytes. */
function paletteOf(colour: (share: number) => readonly number[]): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: 256 * 3 }, (_, i) => colour(Math.floor(i / 3) / 255)[i % 3] as number);
}

const PALETTES: Readonly<Record<Picture['palette'], Uint8ClampedArray>> = {
  grey: paletteOf((share) => [255 * share, 255 * share, 255 * share]),
  heat: paletteOf((share) => {
    const place = share * (HEAT.length - 1);
    const index = Math.min(HEAT.length - 2, Math.floor(place));
    const [low, high] = [HEAT[index], HEAT[index + 1]] as [number[], number[]];
    return low.map((value, channel) => value + (place - index) * ((high[channel] as number) - value));
  }),
};

/** The picture's pixels as red, green, blue and alpha, for a canvas of its own size. */
export function coloured({ width, height, pixels, palette }: Picture): Uint8ClampedArray<ArrayBuffer> {
  const colours = PALETTES[palette];
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    rgba.set(colours.subarray(3 * (pixels[i] ?? 0), 3 * (pixels[i] ?? 0) + 3), 4 * i);
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}

/** CSS pixels: of the longer side of a picture at least, and of the shorter one. */
const LONGER_SIDE = 144;
const SHORTER_SIDE = 96;

/** CSS pixels per pixel: a whole number, so that all pixels are of one size. */
export const magnification = ({ width, height }: Pick<Picture, 'width' | 'height'>): number =>
  Math.max(Math.ceil(LONGER_SIDE / Math.max(width, height)), Math.ceil(SHORTER_SIDE / Math.min(width, height)));
