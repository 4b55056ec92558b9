/** Slowest wave in units of the fastest. */
const LONGEST_WAVE = 10_000;

/**
 * Fixed positions of a sequence, (length, width) row-major: sines in the first half of the channels, cosines in the second, with wavelengths in a
 * geometric row from 2 pi to 10,000 times that (Vaswani et al., 2017, section 3.5, in AlgoPerf's order of channels). An odd last channel is 0.
 */
export function sinusoids(length: number, width: number): Float32Array {
  const half = Math.floor(width / 2);
  const positions = new Float32Array(length * width);
  for (let position = 0; position < length; position++) {
    for (let i = 0; i < half; i++) {
      const angle = position * LONGEST_WAVE ** (-i / Math.max(1, half - 1));
      positions[position * width + i] = Math.sin(angle);
      positions[position * width + half + i] = Math.cos(angle);
    }
  }
  return positions;
}
