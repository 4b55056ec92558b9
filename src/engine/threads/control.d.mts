export const EPOCH: number;
export const PENDING: number;
export const ENTRY: number;
export const FAILED: number;
export const SHARES: number;
export const STOP: number;
export function runsAt(threads: number): number;
export function waitWhile(words: Int32Array, index: number, value: number): void;
