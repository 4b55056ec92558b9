import { dogGolden } from './dog-golden.ts';

export const golden = dogGolden('dog');
