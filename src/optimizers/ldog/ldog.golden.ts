import { dogGolden } from '../dog/dog-golden.ts';

export const golden = dogGolden('ldog');
