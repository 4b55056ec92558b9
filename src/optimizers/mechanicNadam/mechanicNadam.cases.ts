import { mechanicCases } from '../mechanic/mechanic-faults.ts';
import { nadamProgram } from '../nadam/nadam.ts';

export const cases = mechanicCases('mechanicNadam', nadamProgram, { lr: 0.5, beta1: 0.8, beta2: 0.95, eps: 0.1, momentumDecay: 0.5 });
