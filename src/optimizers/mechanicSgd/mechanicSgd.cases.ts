import { mechanicCases } from '../mechanic/mechanic-faults.ts';
import { sgdProgram } from '../sgd/sgd.ts';

export const cases = mechanicCases('mechanicSgd', sgdProgram, { lr: 0.3, momentum: 0.7 });
