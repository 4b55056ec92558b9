import type { LoadedData, Network as NetworkModel } from '../../../workloads/definition.ts';
import { convModel } from './conv.ts';
import { mlpModel } from './mlp.ts';
import type { NetworkSizes, NetworkSpec } from './specs.ts';
import { syntheticData } from './synthetic-data.ts';
import { transformerModel } from './transformer.ts';

export { NETWORKS, type NetworkSizes, type NetworkSpec, TINY_NETWORKS } from './specs.ts';

export interface Network extends NetworkSpec {
  readonly model: NetworkModel;
  readonly data: LoadedData;
}

/** No fewer than the largest batch, as in the workloads: evaluation then has the pipelines of training. */
const VALIDATION_ROWS = 128;
/** Batches per epoch: enough that consecutive steps differ, little enough that the transformer's data stays small. */
const BATCHES = 8;

function modelOf(sizes: NetworkSizes): NetworkModel {
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
