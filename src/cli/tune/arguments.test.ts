import { describe, expect, it } from 'vitest';
import { workloadOf } from '../../engine/catalogue.ts';
import { parseHorizon, parseOptions, parseTuneArguments, UsageError } from './arguments.ts';

describe('arguments of the tuner', () => {
  it('reads the command of the documentation', () => {
    const parsed = parseTuneArguments(['digits', '--optimizer', 'nadamw', '--trials', '64', '--seeds', '5', '--horizon', '0.5']);
    expect(parsed).toMatchObject({ mode: 'search', optimizers: ['nadamw'], trials: 64, seeds: 5, horizons: [0.5], isFresh: false });
    expect(parsed.workload.id).toBe('digits');
    expect(parsed.options).toEqual([{ width: 64, depth: 2 }]);
  });

  it('reads fractions and lists', () => {
    expect(parseHorizon('1/3')).toBe(1 / 3);
    expect(parseTuneArguments(['digits', '--horizon', '1/3,3/4']).horizons).toEqual([1 / 3, 3 / 4]);
    expect(parseTuneArguments(['digits']).optimizers).toEqual(['adamw', 'nadamw']);
  });

  it('reruns the winner 10 times for a target, or as often as it is told', () => {
    expect(parseTuneArguments(['digits', '--target'])).toMatchObject({ mode: 'target', reruns: 10 });
    expect(parseTuneArguments(['digits', '--target', '--reruns', '20']).reruns).toBe(20);
  });

  it('checks again when it is told to', () => {
    expect(parseTuneArguments(['digits', '--check'])).toMatchObject({ mode: 'check', isAgain: false });
    expect(parseTuneArguments(['digits', '--check', '--again']).isAgain).toBe(true);
  });

  it("expands 'all' to every problem", () => {
    const logistic = workloadOf('logistic');
    expect(parseOptions(logistic, ['problem=all']).length).toBe(16);
    expect(parseOptions(logistic, ['problem=glass', 'problem=letter'])).toEqual([{ problem: 'glass' }, { problem: 'letter' }]);
    expect(parseOptions(workloadOf('digits'), ['width=128'])).toEqual([{ width: 128, depth: 2 }]);
  });

  it('names what is wrong', () => {
    const wrong: readonly (readonly [string[], RegExp])[] = [
      [[], /No workload/],
      [['nothing'], /no workload 'nothing'/],
      [['digits', '--optimizer', 'adam'], /'adam'.*adamw or nadamw/],
      [['digits', '--trials', '0'], /--trials is '0'/],
      [['digits', '--target', '--reruns', '91'], /--reruns is '91'.*at most 90/],
      [['digits', '--target', '--again'], /--again is for --check/],
      [['digits', '--target', '--check'], /--target or --check/],
      [['digits', '--reruns', '3'], /--reruns is for --target and --check/],
      [['digits', '--batch', '999999'], /--batch is '999999': digits takes/],
      [['digits', '--options', 'width=999999'], /width=999999: it must be a whole number from/],
      [['digits', '--options', 'width=abc'], /width=abc/],
      [['digits', '--horizon', '2'], /--horizon is '2'/],
      [['logistic', '--options', 'problem=none'], /choose one of/],
      [['logistic', '--options', 'width=3'], /has the options problem/],
      [['digits', '--bogus'], /bogus/],
    ];
    for (const [argv, message] of wrong) {
      expect(() => parseTuneArguments(argv)).toThrow(UsageError);
      expect(() => parseTuneArguments(argv)).toThrow(message);
    }
  });
});
