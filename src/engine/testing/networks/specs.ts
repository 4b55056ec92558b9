import type { ConvSizes } from './conv.ts';
import type { TransformerSizes } from './transformer.ts';

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
