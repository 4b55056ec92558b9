import type { Estimate } from './definition.ts';

/** For methods with a learning rate. */
export const NO_ESTIMATE: Estimate = { kind: 'none', why: 'It estimates nothing: its step size is the learning rate it is given.' };
