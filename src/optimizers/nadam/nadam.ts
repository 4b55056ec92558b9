/**
 * NAdam: Adam with Nesterov momentum, whose momentum grows over the first steps.
 *
 *   mu_t = beta1 (1 - 0.96^(t momentumDecay) / 2),  P_t = mu_1 ... mu_t,  t = k + 1
 *   g <- g + weightDecay x;  m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2
 *   x <- x - L ((1 - mu_t) / (1 - P_t) g + mu_{t+1} / (1 - P_t mu_{t+1}) m) / (sqrt(v / bc2) + eps),  bc2 = 1 - beta2^t,  L = lr x schedule
 *
 * Paper: Dozat, "Incorporating Nesterov Momentum into Adam" (ICLR 2016 workshop).
 * Implementation followed: torch.optim.NAdam of PyTorch 1.13, its path for lists of tensors (foreach=True).
 * Deviations:
 * - The flag `singleTensorQuirk` (off by default) gives that version's other path, in which the last denominator is 1 - P_t mu_t mu_{t+1}:
 *   mu_t is counted twice. It documents that version; the formula above is what is meant.
 */
import { defineProgram, type HyperValues, numberOf } from '../../kernels/step-program.ts';
import { adamBiasCorrections, adamMoments, adamProgramParts, coupledGradient, withAdamMoments } from '../adam-family.ts';
import { adamNominal, coupledAdamHyper } from '../adam-hyper.ts';
import { NO_ESTIMATE } from '../baseline.ts';
import type { OptimizerDefinition } from '../definition.ts';
import wgsl from './nadam.wgsl?raw';

/** mu_t, the momentum of step t = 1, 2, ... */
function momentum(hyper: HyperValues, t: number): number {
  return numberOf(hyper, 'beta1') * (1 - 0.5 * 0.96 ** (t * numberOf(hyper, 'momentumDecay')));
}

/** P_0 = 1, P_1, ... as far as they have been asked for. Tables are filled in the order of steps, so that each costs one product. */
const knownProducts = new WeakMap<HyperValues, number[]>();

/** P_t, the product of the momenta of steps 1 to t. */
export function momentumProduct(hyper: HyperValues, t: number): number {
  const products = knownProducts.get(hyper) ?? [1];
  knownProducts.set(hyper, products);
  for (let next = products.length; next <= t; next += 1) products.push((products[next - 1] ?? 1) * momentum(hyper, next));
  return products[t] ?? 1;
}

export const nadamProgram = defineProgram({
  ...adamProgramParts,
  id: 'nadam',
  rowHyper: ['lr', 'beta1', 'beta2', 'eps', 'weightDecay', 'momentumDecay'],
  blockHyper: ['singleTensorQuirk'],
  table(hyper, k) {
    const t = k + 1;
    const product = momentumProduct(hyper, t);
    const now = momentum(hyper, t);
    const next = momentum(hyper, t + 1);
    return {
      bc2: adamBiasCorrections(hyper, k).bc2,
      gShare: (1 - now) / (1 - product),
      mShare: next / (1 - product * next * (hyper.singleTensorQuirk ? now : 1)),
    };
  },
  step(input) {
    const { x, L, table } = input;
    const g = coupledGradient(input);
    const { m, v, root } = adamMoments(g, input);
    const direction = g.mul(table.gShare).add(m.mul(table.mShare)).div(root);
    return { x: x.sub(direction.mul(L)), slots: { m, v }, scalars: {} };
  },
  fused: { wgsl: withAdamMoments(wgsl), sums: 0, apply: 'nadamApply' },
});

export const nadam: OptimizerDefinition = {
  id: 'nadam',
  label: 'NAdam',
  family: 'baseline',
  kin: 'baseline',
  paper: {
    title: 'Incorporating Nesterov Momentum into Adam',
    authors: 'Dozat',
    year: 2016,
    arxiv: null,
    algorithm: 'Nesterov-accelerated adaptive moment estimation',
    implementation: 'torch.optim.NAdam (foreach), PyTorch 1.13',
  },
  deviations: [
    'The flag "single-tensor quirk" (off by default) gives the other path of PyTorch 1.13, which counts the momentum of a step twice in one denominator.',
  ],
  hyper: {
    ...coupledAdamHyper,
    lr: { ...coupledAdamHyper.lr, value: 2e-3 },
    momentumDecay: {
      kind: 'number',
      label: 'Momentum decay',
      value: 4e-3,
      min: 0,
      max: 1,
      scale: 'linear',
      doc: 'How fast the momentum grows from half of beta1 to beta1, per step, no unit. 0 keeps it at half of beta1.',
    },
    singleTensorQuirk: {
      kind: 'flag',
      label: 'Single-tensor quirk',
      value: false,
      doc: "Follow PyTorch 1.13 with foreach=False, which counts a step's momentum twice. Only to reproduce that version.",
    },
  },
  presets: [
    {
      id: 'paper',
      label: 'Paper defaults (PyTorch)',
      source: 'Constructor defaults of torch.optim.NAdam in PyTorch 1.13; no weight decay.',
      hyper: { lr: 2e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, momentumDecay: 4e-3, singleTensorQuirk: false },
    },
  ],
  traces: [],
  estimate: NO_ESTIMATE,
  nominal: adamNominal,
  diagnose: () => [],
  program: nadamProgram,
};
