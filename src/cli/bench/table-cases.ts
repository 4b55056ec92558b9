import { CONTENDERS, type ContenderId, PRODUCT } from '../../bench/contenders.ts';
import type { TrainingCase } from '../../bench/trainer.ts';
import { NETWORKS } from '../../engine/testing/networks/specs.ts';
import type { BenchArguments } from './arguments.ts';

const RUNS: Readonly<Record<string, readonly number[]>> = { mlpSmall: [1, 8, 32] };
const OTHER_RUNS = [1, 8] as const;

/** The cases of the table that the arguments leave. */
export function tableCases({ only }: BenchArguments): readonly TrainingCase[] {
  return NETWORKS.filter(({ id }) => only === null || id.includes(only)).flatMap((network) =>
    (RUNS[network.id] ?? OTHER_RUNS).map((runs) => ({ network, runs })),
  );
}

/**
 * Who is measured on a case. TensorFlow.js on a software adapter takes 2 to 13 s for one step of 8 convolution nets or transformers or of
 * 32 MLPs, minutes for all rounds: there it is left out.
 */
export function contendersOf({ network, runs }: TrainingCase, { contenders }: BenchArguments): readonly ContenderId[] {
  const all = contenders ?? (Object.keys(CONTENDERS) as ContenderId[]);
  return all.filter((id) => {
    if (id === PRODUCT) return network.sizes.kind === 'mlp' && runs <= 8;
    if (id === 'stock-webgpu' || id === 'eager-webgpu') return runs === 1 || (network.sizes.kind === 'mlp' && runs <= 8);
    // One run is all there is to take turns.
    return id !== 'jax-wasm-turns' || runs > 1;
  });
}
