/** Sizes and offsets that a kernel reads from its uniform buffer: named once, for the WGSL struct and for packing. */

/** One block of rows. `...At` are first words in the constants buffer. */
export const BLOCK_SHAPE = [
  'firstRow',
  'rows',
  'totalSteps',
  'vectors',
  'slotStride',
  'segments',
  'stateStride',
  'scalarWords',
  'partialColumns',
  'slices',
  'hyperAt',
  'derivedAt',
  'learningRateAt',
  'multAt',
  'tableAt',
  'spanAt',
  'tensorAt',
] as const;

/** The whole race. `size` counts real parameters of one row, `width` values of one sample, `capacity` samples in the ring. */
export const RACE_SHAPE = [
  'rows',
  'totalSteps',
  'vectors',
  'size',
  'stateStride',
  'scalarWords',
  'partialColumns',
  'slices',
  'width',
  'capacity',
  'observeEvery',
] as const;

export type BlockShape = Readonly<Record<(typeof BLOCK_SHAPE)[number], number>>;
export type RaceShape = Readonly<Record<(typeof RACE_SHAPE)[number], number>>;

export function shapeSource(name: string, fields: readonly string[]): string {
  return `struct ${name} {\n${fields.map((field) => `  ${field}: u32,`).join('\n')}\n}`;
}

/** The struct's bytes, padded to 16 as uniform buffers want. */
export function packShape<Field extends string>(
  fields: readonly Field[],
  shape: Readonly<Record<Field, number>>,
): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(fields.length / 4) * 4);
  fields.forEach((field, index) => {
    words[index] = shape[field];
  });
  return words;
}
