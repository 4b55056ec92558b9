import { prodigyProgram } from '../prodigy/prodigy.ts';
import { wrapperCases } from '../scheduleFree/wrapper-faults.ts';

/** d as large as the parameters, and an eps that matters. */
const pace = { lr: 0.6, d0: 0.05, eps: 0.1, beta2: 0.95 };

export const cases = wrapperCases('scheduleFreeOverProdigy', { program: prodigyProgram, displacement: 'p', sharesCounter: true }, pace, [
  { label: 'coupled decay', hyper: { weightDecay: 0.5, decouple: false, weightDecayAtY: 0.2 } },
  { label: 'bias correction', hyper: { useBiasCorrection: true, beta1: 0.8 } },
  { label: 'safeguard warmup', hyper: { safeguardWarmup: true } },
  { label: 'every third entry', hyper: { sliceP: 3, weightDecayAtY: 0.2 } },
  { label: 'limited growth', hyper: { growthRate: 1.01 } },
  { label: 'own beta3, coefficient', hyper: { beta3: 0.9, dCoef: 2, beta1: 0.8, weightDecay: 0.3 } },
]);
