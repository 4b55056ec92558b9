import { adamProgram } from '../adam/adam.ts';
import { mechanicCases } from '../mechanic/mechanic-faults.ts';

export const cases = mechanicCases('mechanicAdam', adamProgram, { lr: 0.5, beta1: 0.8, beta2: 0.95, eps: 0.1 });
