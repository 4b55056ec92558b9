import { describe, expect, it } from 'vitest';
import { listOf, numberOf } from './step-program.ts';

describe('hyperparameters', () => {
  it('are read by name', () => {
    expect(numberOf({ lr: 0.1 }, 'lr')).toBe(0.1);
    expect(listOf({ betas: [0.9, 0.99] }, 'betas')).toEqual([0.9, 0.99]);
  });

  it.each([
    [{}, 'Hyperparameter "lr" must be a number, got nothing.'],
    [{ lr: 'fast' }, 'Hyperparameter "lr" must be a number, got "fast".'],
    [{ lr: Number.NaN }, 'Hyperparameter "lr" must be a number, got null.'],
  ])('%j is refused by name', (hyper, message) => {
    expect(() => numberOf(hyper, 'lr')).toThrow(message);
  });

  it('refuse lists that are empty or hold anything else', () => {
    expect(() => listOf({ betas: [] }, 'betas')).toThrow('"betas" must be a non-empty list of numbers, got [].');
    expect(() => listOf({ betas: 0.9 }, 'betas')).toThrow('got 0.9');
  });
});
