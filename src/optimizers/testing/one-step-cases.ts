import type { HyperValue } from '../../kernels/step-program.ts';
import { defaultHyper } from '../definition.ts';
import { optimizers } from '../registry.ts';
import type { OneStepCase } from './fused-one-step.ts';

type Overrides = Readonly<Record<string, HyperValue>>;

/** Exact in float32: Prodigy asks whether d still equals d0, which rounding the state to float32 must not answer. */
const D0 = 2 ** -7;

/** Settings per optimizer that between them use every option, at sizes where each term matters in one step. */
const settings: Readonly<Record<string, Readonly<Record<string, Overrides>>>> = {
  adamw: {
    default: {},
    large: { lr: 0.05, beta1: 0.8, beta2: 0.95, eps: 0.01, weightDecay: 0.5 },
  },
  nadamw: {
    default: {},
    large: { lr: 0.05, beta1: 0.8, beta2: 0.95, eps: 0.01, weightDecay: 0.5 },
  },
  sgd: {
    default: {},
    dampened: { lr: 0.05, momentum: 0.8, dampening: 0.3, weightDecay: 0.5 },
    nesterov: { lr: 0.05, momentum: 0.8, dampening: 0.3, weightDecay: 0.5, nesterov: true },
    decoupled: { lr: 0.05, momentum: 0.8, weightDecay: 0.5, decouple: true },
    'no momentum': { lr: 0.05, momentum: 0, dampening: 0.3, weightDecay: 0.5 },
  },
  prodigy: {
    default: {},
    decay: { d0: D0, weightDecay: 0.5, eps: 0.1 },
    'coupled decay': { d0: D0, weightDecay: 0.5, decouple: false, eps: 0.1 },
    'bias correction': { d0: D0, useBiasCorrection: true, beta1: 0.8 },
    'safeguarded warmup': { d0: D0, safeguardWarmup: true, lr: 0.7 },
    sliced: { d0: D0, sliceP: 3, beta3: 0.9 },
    'no first moment': { d0: D0, beta1: 0, weightDecay: 0.5, decouple: false },
    'limited growth': { d0: D0, growthRate: 1.1, lr: 2 },
    coefficient: { d0: D0, dCoef: 2, beta2: 0.9 },
  },
  mechanicAdamw: {
    default: {},
    large: { lr: 0.1, sInit: 0.1, sDecay: 0.5, betas: [0.9, 0.99], mechanicEps: 0.01, weightDecay: 0.5, eps: 0.01 },
    'stored delta': { lr: 0.1, sInit: 0.1, sDecay: 0.5, storeDelta: true, mechanicEps: 0.01 },
  },
  mechanicSgd: {
    default: {},
    large: { lr: 0.1, sInit: 0.1, sDecay: 0.5, betas: [0.9, 0.99], mechanicEps: 0.01, momentum: 0.8, dampening: 0.3, weightDecay: 0.5 },
    'stored delta': { lr: 0.1, sInit: 0.1, storeDelta: true, nesterov: true, mechanicEps: 0.01 },
  },
};

/** The cases of one optimizer of the registry; one that has none listed is tested with its defaults. */
export function oneStepCases(id: string): readonly OneStepCase[] {
  const definition = optimizers.find((candidate) => candidate.id === id);
  if (!definition) throw new Error(`The registry has no optimizer "${id}".`);
  return Object.entries(settings[id] ?? { default: {} }).map(([name, overrides]) => {
    const unknown = Object.keys(overrides).filter((key) => !(key in definition.hyper));
    if (unknown.length > 0) throw new Error(`${id}, case "${name}": no hyperparameter ${unknown.join(', ')}.`);
    return { name, hyper: { ...defaultHyper(definition), ...overrides } };
  });
}
