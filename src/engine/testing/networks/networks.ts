import type { LoadedData, Model } from '../../../workloads/definition.ts';
import { type ConvSizes, convModel } from './conv.ts';
import { mlpModel } from './mlp.ts';
import { syntheticData } from './synthetic-data.ts';
import { type TransformerSizes, transformerModel } from './transformer.ts';

/** The networks of the speed measurements, which also are test cases of the compiler: no files, no options, everything generated. */
export type NetworkSizes =
  | { readonly kind: 'mlp'; readonly sizes: readonly number[] }
  | ({ readonly kind: 'conv' } & ConvSizes)
  | ({ readonly kind: 'transformer' } & TransformerSizes);

export interface NetworkSpec {
  readonly id: string;
  readonly label: string;
  readonly sizes: NetworkSizes;
  readonly batch: number;
}

export interface Network extends NetworkSpec {
  readonly model: Model;
  readonly data: LoadedData;
}

/** Widths from the inputs to the classes, e.g. an MLP of two hidden layers. */
export const mlpSpec = (width: number, batch: number, id = `mlp${width}`): NetworkSpec => ({
  id,
  label: `MLP 64-${width}-${width}-10, batch ${batch}`,
  sizes: { kind: 'mlp', sizes: [64, width, width, 10] },
  batch,
});

export const NETWORKS: readonly NetworkSpec[] = [
  mlpSpec(64, 128, 'mlpSmall'),
  mlpSpec(256, 128, 'mlpWide'),
  {
    id: 'conv',
    label: 'conv net 14x14, 8 and 16 filters, batch 64',
    sizes: { kind: 'conv', side: 14, channels: [8, 16], classes: 10 },
    batch: 64,
  },
  {
    id: 'transformer',
    label: 'transformer block, d 64, 4 heads, FFN 256, T 32, batch 8',
    sizes: { kind: 'transformer', width: 64, heads: 4, hidden: 256, tokens: 32, classes: 16 },
    batch: 8,
  },
];

/** The same operations in the smallest sizes that still tell every axis from every other: for tests. */
export const TINY_NETWORKS: readonly NetworkSpec[] = [
  { id: 'mlpTiny', label: 'MLP 6-5-7-3, batch 4', sizes: { kind: 'mlp', sizes: [6, 5, 7, 3] }, batch: 4 },
  {
    id: 'convTiny',
    label: 'conv net 8x8, 2 and 3 filters, batch 3',
    sizes: { kind: 'conv', side: 8, channels: [2, 3], classes: 5 },
    batch: 3,
  },
  {
    id: 'transformerTiny',
    label: 'transformer block, d 6, 2 heads, FFN 8, T 4, batch 3',
    sizes: { kind: 'transformer', width: 6, heads: 2, hidden: 8, tokens: 4, classes: 5 },
    batch: 3,
  },
];

const VALIDATION_ROWS = 64;
/** Batches per epoch: enough that consecutive steps differ, little enough that the transformer's data stays small. */
const BATCHES = 8;

function modelOf(sizes: NetworkSizes): Model {
  switch (sizes.kind) {
    case 'mlp':
      return mlpModel(sizes.sizes);
    case 'conv':
      return convModel(sizes);
    case 'transformer':
      return transformerModel(sizes);
  }
}

function dataOf(sizes: NetworkSizes, batch: number): LoadedData {
  const rows = { trainRows: BATCHES * batch, validationRows: VALIDATION_ROWS };
  switch (sizes.kind) {
    case 'mlp':
      return syntheticData({ ...rows, pieces: 1, features: sizes.sizes[0] as number, classes: sizes.sizes.at(-1) as number });
    case 'conv':
      return syntheticData({ ...rows, pieces: 1, features: sizes.side ** 2, classes: sizes.classes });
    case 'transformer':
      return syntheticData({ ...rows, pieces: sizes.tokens, features: sizes.width, classes: sizes.classes });
  }
}

/** Builds a network and its data: a pure function of the spec. */
export function buildNetwork(spec: NetworkSpec): Network {
  return { ...spec, model: modelOf(spec.sizes), data: dataOf(spec.sizes, spec.batch) };
}
