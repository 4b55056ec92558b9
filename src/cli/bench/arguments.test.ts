import { describe, expect, test } from 'vitest';
import { isComplete, parseArguments } from './arguments.ts';

describe('arguments of the speed measurements', () => {
  test('no options measure everything', () => {
    expect(isComplete(parseArguments([]))).toBe(true);
  });

  test('options narrow what is measured, and then nothing committed is replaced', () => {
    const read = parseArguments(['--only', 'mlp', '--with', 'jax-wasm,stock-wasm', '--rounds', '3', '--part', 'table']);
    expect(read).toEqual({ only: 'mlp', contenders: ['jax-wasm', 'stock-wasm'], rounds: 3, parts: ['table'], isOfWorkloads: false });
    for (const args of [
      ['--only', 'mlp'],
      ['--rounds', '3'],
      ['--with', 'jax-wasm'],
      ['--part', 'curves'],
    ])
      expect(isComplete(parseArguments(args))).toBe(false);
  });

  test.each([
    [['--only'], '--only needs a value'],
    [['--with', 'jaks'], 'no contender "jaks"'],
    [['--rounds', '0'], 'whole number from 1, got "0"'],
    [['--part', 'all'], 'no part "all"'],
    [['--fast', 'yes'], 'no option --fast'],
  ])('%j is refused in words', (args, message) => {
    expect(() => parseArguments(args)).toThrow(message);
  });
});
