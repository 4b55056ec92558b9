import { mechanicCases } from '../mechanic/mechanic-faults.ts';
import { nadamwProgram } from '../nadamw/nadamw.ts';

export const cases = mechanicCases('mechanicNadamw', nadamwProgram, { lr: 0.5, beta1: 0.8, beta2: 0.95, eps: 0.1 });
