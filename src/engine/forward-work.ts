import { lossGraph, type StepGraphSource } from './step-graphs.ts';

/** Multiply-adds of one run's forward pass over a batch: those of its matrix products, convolutions included; what is done element by element is not counted. */
export function forwardMultiplyAdds(source: StepGraphSource & { readonly batch: number }): number {
  return lossGraph(source).nodes.reduce((sum, node) => (node.op === 'matmul' ? sum + node.size * node.k : sum), 0);
}
