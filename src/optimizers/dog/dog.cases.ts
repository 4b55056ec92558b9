import { dogCases } from './dog-faults.ts';

export const cases = dogCases('dog');
