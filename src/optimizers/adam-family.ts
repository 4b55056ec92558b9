import { type HyperValues, numberOf } from '../kernels/step-program.ts';

/** 1 - beta in float64: in float32 the difference would lose up to four digits for beta2 near 1. */
export function adamDerived(hyper: HyperValues): { readonly oneMinusBeta1: number; readonly oneMinusBeta2: number } {
  return { oneMinusBeta1: 1 - numberOf(hyper, 'beta1'), oneMinusBeta2: 1 - numberOf(hyper, 'beta2') };
}

/** Bias corrections 1 - beta^(k+1) of both moments at the run's own counter k = 0, 1, ... */
export function adamBiasCorrections(hyper: HyperValues, k: number): { readonly bc1: number; readonly bc2: number } {
  return { bc1: 1 - numberOf(hyper, 'beta1') ** (k + 1), bc2: 1 - numberOf(hyper, 'beta2') ** (k + 1) };
}
