import { dogCases } from '../dog/dog-faults.ts';

export const cases = dogCases('ldog');
